import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { root } from "../../../harness/child.ts";
import { freePort } from "../../../harness/free-port.ts";
import { type ProcessGroup, listens, startGroup } from "../support/process-group.ts";

const patience = { timeout: 30_000, interval: 50 };

/** Each change is built and loaded on both runtimes, which takes a second or so; on a busy machine it takes many. */
vi.setConfig({ testTimeout: 90_000 });

/** What `npm run dev` needs. */
const parts = [
  "build",
  "functions",
  "harness",
  "scripts",
  "stand-in",
  "package.json",
  "tsconfig.base.json",
  "wrangler.toml",
];

/** A copy of the sources, which a test may change. */
function copySources(): string {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-dev-"));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  return folder;
}

async function startDev(folder: string, args: string[], env: Record<string, string> = {}) {
  const ports = { github: await freePort(), node: await freePort(), worker: await freePort() };
  const inspect = await freePort();
  const dev = startGroup(
    process.execPath,
    [join(folder, "scripts/dev.mjs"), "--offline", `--inspect=${inspect}`, ...args],
    {
      GITHUB_PORT: String(ports.github),
      PORT: String(ports.node),
      WORKER_PORT: String(ports.worker),
      ...env,
    },
  );
  await vi.waitUntil(() => dev.printed().includes("Ctrl+C ends it"), patience);
  return { dev, ports };
}

// Processes are looked for in /proc.
describe.runIf(process.platform === "linux")("npm run dev", () => {
  const folder = copySources();
  const file = join(folder, "functions/core/config/build.ts");
  const original = readFileSync(file, "utf8");
  let dev: ProcessGroup;
  let ports: { github: number; node: number; worker: number };

  beforeAll(async () => {
    writeFileSync(join(folder, ".env"), "CORS_ORIGINS=https://env.example\nCACHE_TTL_SECONDS=7\n");
    writeFileSync(join(folder, ".dev.vars"), "CORS_ORIGINS=https://vars.example\nCACHE_TTL=8\n");
    ({ dev, ports } = await startDev(folder, [], { CACHE_TTL_SECONDS: "9" }));
  }, 60_000);

  afterAll(() => {
    dev.stop();
    rmSync(folder, { recursive: true });
  });

  const ask = (port: number, path: string, headers = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close", ...headers } });

  /** The version that both runtimes say they are. */
  const versions = () =>
    Promise.all(
      [ports.node, ports.worker].map(async (port) => {
        // The server is down for a moment.
        const response = await ask(port, "/health").catch(() => undefined);
        return response && ((await response.json()) as { version: string }).version;
      }),
    );

  const withVersion = (version: string) => original.replace("EDGE_GISTS_VERSION :", `"${version}" :`);

  /** Ways by which editors and tools change a file. */
  const ways: Record<string, (text: string) => void> = {
    "written in place": (text) => writeFileSync(file, text),
    "replaced by a rename": (text) => {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
    "renamed to a backup, and written anew": (text) => {
      renameSync(file, `${file}~`);
      writeFileSync(file, text);
      unlinkSync(`${file}~`);
    },
    "removed, and made anew": (text) => {
      unlinkSync(file);
      writeFileSync(file, text);
    },
    "changed by sed -i": (text) => {
      const version = /"([\w-]+)" :/.exec(text)![1];
      const { status } = spawnSync("sed", ["-i", `s/? [^ ]* :/? "${version}" :/`, file]);
      expect(status).toBe(0);
    },
  };

  test("serves both runtimes, prints their URLs and inspectors, and those respond", async () => {
    expect(dev.printed()).toContain(`http://localhost:${ports.node} `);
    expect(dev.printed()).toContain(`http://localhost:${ports.worker} `);
    const inspectors = [...dev.printed().matchAll(/inspector (127\.0\.0\.1:\d+)/g)];
    expect(inspectors).toHaveLength(2);
    // The last change of another test may still be loaded.
    await vi.waitFor(async () => {
      for (const [, address] of inspectors) expect((await fetch(`http://${address}/json/version`)).status).toBe(200);
      for (const port of [ports.node, ports.worker]) {
        const response = await ask(port, "/octocat?per_page=2");
        expect(response.status).toBe(200);
        expect(await response.json()).toHaveLength(2);
        expect(await (await ask(port, "/openapi.json")).json()).toHaveProperty("paths");
        expect(await (await ask(port, "/", { accept: "text/html" })).text()).toContain("<title>Edge Gists");
      }
    }, patience);
  });

  test("takes settings of the environment, .dev.vars and .env, in this order, on both runtimes", async () => {
    await vi.waitFor(async () => {
      for (const port of [ports.node, ports.worker]) {
        const response = await ask(port, "/octocat?per_page=3", { origin: "https://vars.example" });
        expect(response.headers.get("access-control-allow-origin")).toBe("https://vars.example");
        expect(response.headers.get("cache-control")).toContain("max-age=9");
      }
    }, patience);
    // A name that is no setting is passed on too, so that both runtimes warn of it.
    const warned = () => dev.printed().split('"setting":"CACHE_TTL","nearest":"CACHE_TTL_SECONDS"}').length - 1;
    await expect.poll(warned, patience).toBeGreaterThanOrEqual(2);
  });

  test("keeps settings of files to itself: the Worker of tests and of the demo has none of them", async () => {
    const { readWorkerConfig } = (await import(
      join(folder, "harness/worker-config.ts")
    )) as typeof import("../../../harness/worker-config.ts");
    const { options } = await readWorkerConfig();
    expect(options["bindings"]).toHaveProperty("CACHE_MAX_BYTES");
    expect(options["bindings"]).not.toHaveProperty("CORS_ORIGINS");
  });

  test.each(Object.keys(ways))("loads a file that is %s, several times in a row", async (name) => {
    for (const round of [1, 2, 3]) {
      const version = `${name.replaceAll(/\W+/g, "-")}-${round}`;
      ways[name]!(withVersion(version));
      await expect.poll(versions, patience).toEqual([version, version]);
    }
  });

  test("shows a syntax error in its place, and serves the last good build until it is repaired", async () => {
    writeFileSync(file, withVersion("good"));
    await expect.poll(versions, patience).toEqual(["good", "good"]);
    writeFileSync(
      file,
      withVersion("broken").replace("export const build: Build = {", "export const build: Build = ["),
    );
    await expect.poll(dev.printed, patience).toMatch(/functions\/core\/config\/build\.ts:\d+:\d+:\n/);
    await expect.poll(dev.printed, patience).toContain("The last good build serves on.");
    expect(await versions()).toEqual(["good", "good"]);
    writeFileSync(file, withVersion("repaired"));
    await expect.poll(versions, patience).toEqual(["repaired", "repaired"]);
  });

  test("goes on after a build that fails as it starts, and its stack names the source", async () => {
    writeFileSync(file, `${original}\nthrow new Error("not today");\n`);
    const line = original.split("\n").length + 1;
    await expect.poll(dev.printed, patience).toContain("not today");
    await expect.poll(dev.printed, patience).toMatch(new RegExp(`functions/core/config/build\\.ts:${line}`));
    // Of both: neither says that it was reloaded.
    for (const server of ["Node server", "Worker"])
      await expect.poll(dev.printed, patience).toContain(`${server}: failed to start. Waiting for a change.`);
    writeFileSync(file, withVersion("again"));
    await expect.poll(versions, patience).toEqual(["again", "again"]);
  });

  test.each<NodeJS.Signals>(["SIGINT", "SIGKILL"])("of one runtime, ended by %s, leaves nothing", async (signal) => {
    const one = await startDev(folder, ["node"]);
    try {
      expect(await listens(one.ports.worker)).toBe(false);
      expect((await ask(one.ports.node, "/health")).status).toBe(200);
      one.dev.signal(signal, "itself");
      await one.dev.exited;
      await expect.poll(one.dev.left, patience).toEqual([]);
    } finally {
      one.dev.stop();
    }
  });
});
