import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, sep } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { requireNode } from "./harness/node-version.mjs";

// An editor may run vitest on a Node of its own.
requireNode();

const root = import.meta.dirname;

const common = {
  // Most tests wait for a server or a timer: two files for each processor keep it busy.
  maxWorkers: Math.min(8, 2 * availableParallelism()),
  // A worker runs its files in one process: to start one and to load its modules takes longer than most files.
  isolate: false,
  // Tests run in random order; the seed is printed, and `--sequence.seed` repeats it.
  sequence: { shuffle: true },
};

type Runtime = "node" | "worker" | "gateway";

/** Tests of a built bundle as it runs. */
function built(name: string, include: string[], timeout: number) {
  return {
    ...common,
    name,
    include,
    globalSetup: ["test/targets/built.ts"],
    // Servers answer when a busy machine lets them.
    testTimeout: timeout,
    hookTimeout: timeout,
    expect: { poll: { timeout: 10_000 } },
  };
}

/** A suite that is run, unchanged, on one runtime's built bundle. */
function suite(name: string, runtime: Runtime, include: string[], timeout = 120_000) {
  return {
    test: { ...built(`${name}-${runtime}`, include, timeout), globalSetup: [`test/targets/${runtime}.ts`] },
  };
}

/** What both runtimes must do, and what only one of them has in a folder of its name. */
function withOwn(folder: string, runtime: Runtime): string[] {
  return [`${folder}/*.test.ts`, `${folder}/${runtime}/**/*.test.ts`];
}

const runtimes = ["node", "worker"] as const;

const onBoth = "test/browser/explorer/**/*.test.ts";

/** What the page does by itself is tested once: both runtimes serve the same page (test/contract/page-files.test.ts). */
const browserTests = {
  node: [onBoth, "test/browser/page/**/*.test.ts", ...withOwn("test/browser", "node")],
  worker: [onBoth, ...withOwn("test/browser", "worker")],
};

/**
 * What is around the service, a project each: `npm run check <name>` runs it. Tests start other people's programs, so
 * that they take their time.
 */
function platform(name: string, index: number) {
  const folder = `test/platform/${name}`;
  const isGateway = name === "gateway";
  // One file after another: they share what globalSetup has started, or load the machine.
  const fileParallelism = !["clone", "container", "gateway"].includes(name);
  return {
    test: {
      name,
      // Behind the gateway the contract suite runs too.
      include: [`${folder}/**/*.test.ts`, ...(isGateway ? ["test/contract/**/*.test.ts"] : [])],
      globalSetup: existsSync(join(root, folder, "set-up.ts")) ? [`${folder}/set-up.ts`] : [],
      fileParallelism,
      testTimeout: 300_000,
      hookTimeout: 600_000,
      expect: { poll: { timeout: 10_000 } },
      sequence: { ...common.sequence, groupOrder: 20 + index },
    },
  };
}

/** The contract suite on a service behind a gateway: it is not started here, and there is one of it for all files. */
function gatewaySuite() {
  const { test } = suite("contract", "gateway", ["test/contract/**/*.test.ts"]);
  return { test: { ...test, maxWorkers: 1, sequence: { ...test.sequence, groupOrder: 10 } } };
}

const unitTests = [
  "bench/**/*.test.ts",
  "build/**/*.test.ts",
  "cockpit/**/*.test.ts",
  "functions/**/*.test.ts",
  "test/docs/**/*.test.ts",
  "stand-in/**/*.test.ts",
  "e2e/**/*.test.ts",
  "test/support/**/*.test.ts",
  "istio/**/*.test.ts",
  "release/**/*.test.ts",
  "scripts/**/*.test.ts",
  "terraform/**/*.test.ts",
];

/**
 * Unit tests that replace modules, timers or globals: other files in the same process would meet them, or leave timers
 * of their own among the replaced ones.
 */
const isolatedTests = globSync(unitTests, { cwd: root })
  .filter((path) =>
    /\bvi\.(?:mock|stubGlobal|useFakeTimers)\(|\bfakeTimers\b/.test(readFileSync(join(root, path), "utf8")),
  )
  .map((path) => path.replaceAll(sep, "/"));

// Property tests drive the whole app some hundred times; a busy machine takes its time.
const unit = { ...common, testTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...unit, name: "unit", include: unitTests, exclude: [...configDefaults.exclude, ...isolatedTests] } },
      { test: { ...unit, name: "unit-isolated", include: isolatedTests, isolate: true } },
      ...runtimes.flatMap((runtime) => [
        suite("contract", runtime, ["test/contract/**/*.test.ts"]),
        suite("browser", runtime, browserTests[runtime], 60_000),
        suite("telemetry", runtime, withOwn("test/telemetry", runtime)),
        suite("resilience", runtime, withOwn("test/resilience", runtime)),
      ]),
      { test: built("redis", ["test/resilience/redis/**/*.test.ts"], 120_000) },
      // Only `npm run e2e` sets it.
      ...(process.env["GATEWAY_URL"] ? [gatewaySuite()] : []),
      ...runtimes.map((runtime) => {
        const { test } = suite("clients", runtime, ["test/clients/**/*.test.ts"], 60_000);
        const globalSetup = ["test/clients/prepare.ts", ...test.globalSetup];
        return { test: { ...test, globalSetup, sequence: { ...test.sequence, groupOrder: 11 } } };
      }),
      {
        test: {
          name: "generators",
          include: ["test/generators/**/*.test.ts"],
          testTimeout: 300_000,
          // The first run installs and compiles the generators.
          hookTimeout: 900_000,
          sequence: { ...common.sequence, groupOrder: 13 },
        },
      },
      ...readdirSync(join(root, "test/platform"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== "support")
        .map(({ name }, index) => platform(name, index)),
    ],
  },
});
