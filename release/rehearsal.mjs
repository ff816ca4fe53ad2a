/** A registry on this machine and a temporary key: a real release that is not public. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../harness/free-port.ts";
import { tool } from "../scripts/tools.mjs";
import { run } from "./command.mjs";

/** CNCF's Distribution (https://distribution.github.io/distribution), in memory. */
async function startRegistry(folder) {
  const addr = `127.0.0.1:${await freePort()}`;
  const config = join(folder, "registry.yaml");
  writeFileSync(
    config,
    JSON.stringify({ version: 0.1, log: { level: "error" }, storage: { inmemory: {} }, http: { addr } }),
  );
  const log = join(folder, "registry.log");
  const child = spawn(tool("distribution"), ["serve", config], {
    // Clients check for existing content before each push; the registry logs that as an error.
    stdio: ["ignore", "ignore", openSync(log, "w")],
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
  });
  for (;;) {
    if (
      await fetch(`http://${addr}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { child, addr };
    if (child.exitCode !== null) throw new Error(`the registry ended: ${readFileSync(log, "utf8")}`);
    await sleep(100);
  }
}

/**
 * @typedef {object} Rehearsal
 * @property {string} registry and owner
 * @property {string[]} helm what `helm push` needs more
 * @property {string[]} cosign what `cosign sign` needs more: a key, since who signs without one asks Sigstore
 * @property {(reference: string) => void} verify throws if a signature is missing or wrong
 * @property {(name: string, digest: string) => Promise<string[]>} platforms what an image's index names
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<Rehearsal>} */
export async function openRehearsal() {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-release-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const env = { ...process.env, COSIGN_PASSWORD: "" };
  const cosign = (...args) => run(tool("cosign"), args, { cwd: folder, env });
  cosign("generate-key-pair");
  // Without Sigstore's transparency log and timestamps.
  cosign("signing-config", "create", "--out=signing.json");
  const { child, addr } = await startRegistry(folder);
  const inFolder = (name) => join(folder, name);
  return {
    registry: `${addr}/owner`,
    helm: ["--plain-http"],
    cosign: [
      "--allow-http-registry",
      `--key=${inFolder("cosign.key")}`,
      `--signing-config=${inFolder("signing.json")}`,
    ],
    verify: (reference) =>
      cosign("verify", "--allow-http-registry", "--insecure-ignore-tlog", "--key=cosign.pub", reference),
    platforms: async (name, digest) => {
      const accept = "application/vnd.oci.image.index.v1+json";
      const answer = await fetch(`http://${addr}/v2/${name}/manifests/${digest}`, { headers: { accept } });
      const { manifests = [] } = await answer.json();
      return manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`);
    },
    close: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}
