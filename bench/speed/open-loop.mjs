import { spawn, spawnSync } from "node:child_process";
import { pinned } from "../telemetry/servers.mjs";

const program = process.env.OHA ?? "oha";

/** oha's version; undefined if it is missing. */
export function ohaVersion() {
  const { stdout, error } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return error ? undefined : stdout.trim().split(" ").at(-1);
}

/**
 * Requests at a fixed rate, whatever the server does; latency counts from when a request should have been sent.
 * @returns {Promise<{rate: number, p50: number, p99: number}>} requests a second that were answered; milliseconds
 */
export function openLoop(core, url, { perSecond, connections, seconds, insecure = false }) {
  const args = ["--no-tui", "--output-format", "json", "--latency-correction", "--disable-compression"];
  if (insecure) args.push("--insecure");
  args.push("-q", String(perSecond), "-c", String(connections), "-z", `${seconds}s`, url);
  const [command, rest] = pinned(core, program, args);
  return new Promise((resolve, reject) => {
    let text = "";
    const child = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.on("data", (chunk) => (text += chunk));
    child.once("error", reject);
    child.once("close", () => {
      try {
        const { summary, latencyPercentiles } = JSON.parse(text);
        resolve({
          rate: Math.round(summary.requestsPerSec),
          p50: latencyPercentiles.p50 * 1000,
          p99: latencyPercentiles.p99 * 1000,
        });
      } catch {
        reject(new Error(`oha said: ${text.slice(0, 500)}`));
      }
    });
  });
}
