import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startStandIn } from "../harness/start-stand-in.ts";
import { startTarget } from "../harness/start-target.ts";
import { readWorkerConfig } from "../harness/worker-config.ts";
import { buildIfNeeded, root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run test:schemathesis [-- node|worker] [--seed=N] [--max-examples=N]

schemathesis (https://schemathesis.readthedocs.io) reads the OpenAPI document of the running
service, and sends it all that the document allows and much that it does not. By
schemathesis.toml, on both runtimes unless told, with the stand-in as GitHub. Needs Python 3.10
or later with venv (Debian: apt-get install python3-venv).
`;
const { values: options, positionals } = readOptions({
  usage,
  options: {
    seed: { type: "string", value: "N", description: "repeats a run" },
    "max-examples": { type: "string", value: "N", description: "requests for each operation" },
  },
  positionals: { node: "only the Node server", worker: "only the Worker" },
});

const windows = process.platform === "win32";
const runtimes = positionals.length > 0 ? positionals : ["node", "worker"];

/** Never synchronous: miniflare's part of the Worker runs in this process. */
async function run(command, args) {
  const [code] = await once(spawn(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }), "exit");
  return code === 0;
}

/** Path of the program, in a virtual environment of its own that is made anew where its requirements changed. */
async function install() {
  const requirements = join(root, "test/schemathesis/requirements.txt");
  const venv = join(root, ".cache/schemathesis");
  const stamp = join(venv, "installed");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const bin = join(venv, windows ? "Scripts" : "bin");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    rmSync(venv, { recursive: true, force: true });
    const installed =
      (await run(windows ? "python" : "python3", ["-m", "venv", venv])) &&
      (await run(join(bin, "python"), ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]));
    if (!installed) throw new Error("schemathesis could not be installed");
    writeFileSync(stamp, wanted);
  }
  return join(bin, "st");
}

/** schemathesis against one runtime; true where it found nothing. */
async function test(program, runtime) {
  const standIn = await startStandIn();
  try {
    const target = await startTarget({
      runtime,
      github: standIn.url,
      env: { GITHUB_TOKEN: "good-ci" },
      worker: runtime === "worker" ? await readWorkerConfig() : undefined,
    });
    console.log(`schemathesis on ${runtime}`);
    const more = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    const ok = await run(program, ["run", `${target.url}/openapi.json`, "--no-color", ...more]);
    await target.stop();
    return ok;
  } finally {
    await standIn.stop();
  }
}

const program = await install();
buildIfNeeded();
const results = { passed: 0, failed: 0 };
for (const runtime of runtimes) {
  const ok = await test(program, runtime);
  console.log(`${ok ? "ok" : "FAILED"}: schemathesis on ${runtime}\n`);
  results[ok ? "passed" : "failed"] += 1;
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;
