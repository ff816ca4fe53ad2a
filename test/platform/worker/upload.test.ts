import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { type Ended, run } from "../support/run.ts";

const outdir = join(root, ".cache/wrangler");
const config = join(root, ".cache/wrangler.toml");
let wrangler: Ended;

beforeAll(async () => {
  rmSync(outdir, { recursive: true, force: true });
  // A proxy that does not exist: a request to anywhere fails.
  const nowhere = "http://127.0.0.1:9";
  const program = join(root, "node_modules/wrangler/bin/wrangler.js");
  // Without its build, which would replace dist/ under other tests. Paths in it are relative to its folder.
  const toml = readFileSync(join(root, "wrangler.toml"), "utf8");
  mkdirSync(join(root, ".cache"), { recursive: true });
  const uploaded = toml
    .replace(/^\[build\]\n(?:.+\n)+/m, "")
    .replaceAll('"dist/', '"../dist/')
    // With destinations of logs and traces, as the file proposes them.
    .replaceAll(/^# (destinations = \["my-(?:logs|traces)"\]|persist = false)$/gm, "$1");
  writeFileSync(config, uploaded);
  wrangler = await run(process.execPath, [program, "deploy", "--dry-run", "--config", config, "--outdir", outdir], {
    cwd: root,
    env: {
      ...process.env,
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
      CI: "true",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_SEND_ERROR_REPORTS: "false",
    },
  });
});

test("wrangler's dry run needs no account and no network", () => {
  expect(wrangler.ok, wrangler.text).toBe(true);
});

test("wrangler knows every field of its configuration, and of destinations for logs and traces", () => {
  expect(readFileSync(config, "utf8").match(/^destinations = /gm)).toHaveLength(2);
  expect(wrangler.text).not.toMatch(/unexpected fields/i);
});

test.each([
  ["KEY_TURN", "KeyTurn"],
  ["TOKEN_BUDGET", "TokenBudget"],
])("%s is bound to the objects of class %s", (binding, className) => {
  expect(wrangler.text).toContain(`env.${binding} (${className})`);
});

test("a file is read in less time than Cloudflare gives a request whose client has left", () => {
  // https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil
  const afterClient = 30_000;
  const [, timeout] = /GITHUB_RAW_TIMEOUT_MS \((\d+)\)/.exec(wrangler.text) ?? [];
  expect(Number(timeout)).toBeLessThan(afterClient);
});

test("wrangler would upload the files of dist/worker as they are", () => {
  const built = join(root, "dist/worker");
  const files = readdirSync(built).filter((name) => name.endsWith(".js"));
  expect(files).toContain("worker.js");
  expect(files.length, "files that are loaded on demand").toBeGreaterThan(1);
  for (const name of files) {
    const uploaded = readFileSync(join(outdir, name));
    expect(uploaded.equals(readFileSync(join(built, name))), name).toBe(true);
  }
});
