import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { measureColdStarts } from "./cold-starts.mjs";

const run = promisify(execFile);
const program = join(import.meta.dirname, "run.mjs");

/** Plays kubectl: a pod since the request, and none again after its logs were read. */
const kubectl = (folder: string) => `#!${process.execPath}
const { existsSync, readFileSync, rmSync } = require("node:fs");
const state = ${JSON.stringify(join(folder, "created"))};
const args = process.argv.slice(2);
const created = existsSync(state) ? Number(readFileSync(state, "utf8")) : undefined;
const at = (ms) => new Date(created + ms).toISOString();
if (args.includes("logs")) {
  const isProxy = args.includes("--container=istio-proxy");
  console.log(isProxy ? at(300) + " Envoy proxy is ready" : at(200) + ' {"msg":"listening"}');
  if (isProxy) rmSync(state);
} else {
  const conditions = [{ type: "Ready", status: "True", lastTransitionTime: created && at(400) }];
  const pod = created && { metadata: { name: "pod-1", creationTimestamp: at(0) }, status: { conditions } };
  console.log(JSON.stringify({ items: pod ? [pod] : [] }));
}
`;

test("starts from zero are measured one after another, with percentiles", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cold-starts-"));
  const server = createServer((_, response) => {
    writeFileSync(join(folder, "created"), String(Date.now()));
    setTimeout(() => response.end("{}"), 100);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    writeFileSync(join(folder, "kubectl"), kubectl(folder));
    chmodSync(join(folder, "kubectl"), 0o755);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const out = join(folder, "out");
    const args = [`--url=${url}`, "--cold-starts=2", `--kubectl=${join(folder, "kubectl")}`, `--out=${out}`];
    const { stdout } = await run(process.execPath, [program, ...args]);
    expect(stdout).toMatch(/^2: created \d+, scheduled \?.*service listening \d+.*first byte \d+$/m);
    const { starts, summary } = JSON.parse(readFileSync(`${out}-cold-starts.json`, "utf8"));
    expect(starts).toHaveLength(2);
    for (const start of starts) {
      expect(start["first byte"]).toBeGreaterThanOrEqual(95);
      expect(start["proxy ready"] - start["service listening"]).toBe(100);
    }
    expect(summary.at(-1)).toMatchObject({ moment: "first byte", count: 2 });
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test("a service that does not respond is not waited for without end", async () => {
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const folder = mkdtempSync(join(tmpdir(), "cold-starts-"));
  try {
    writeFileSync(join(folder, "kubectl"), kubectl(folder), { mode: 0o755 });
    const options = { url, service: "any", namespace: "any", kubectl: join(folder, "kubectl"), coldStarts: 1 };
    await expect(measureColdStarts({ ...options, timeout: 200 })).rejects.toThrow("no response within 0.2 s");
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test.each([[[]], [["--cold-starts=1"]]])("without kubectl, %j says what to do instead", async (args: string[]) => {
  const all = [program, "--kubectl=no-such-program", ...args];
  await expect(run(process.execPath, all)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no-such-program[^]*--simulate[^]*--without-pods/),
  });
});

test.each([
  [["--tbc=0"], "--tbc: needs --simulate"],
  [["--load=5/s:3"], "--load: rates and ramps need --simulate"],
  [["--simulate", "--metric=cpu"], "--metric: concurrency or rps with class kpa"],
  [["--simulate", "--window=1 minute"], "--window: a duration"],
  [["--simulate", "--environment=moon"], "--environment: one of kind, staging, production"],
  [["--simulate", "--windw=3s"], "did you mean --window?"],
])("%j is refused", async (args, message) => {
  await expect(run(process.execPath, [program, ...args])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
});
