import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { requireNode } from "./harness/node-version.mjs";

// An editor may run vitest on a Node of its own.
requireNode();

/** Tests run in random order; the seed is printed, and `--sequence.seed` repeats it. */
const sequence = { shuffle: true };

type Runtime = "node" | "worker" | "gateway";

/** A suite that is run, unchanged, on one runtime's built bundle; suites run one after another, in this order. */
function suite(name: string, runtime: Runtime, include: string[], groupOrder: number, timeout = 30_000) {
  return {
    test: {
      name: `${name}-${runtime}`,
      include,
      globalSetup: [`test/targets/${runtime}.ts`],
      fileParallelism: false,
      testTimeout: timeout,
      hookTimeout: timeout,
      // Servers answer when a busy machine lets them.
      expect: { poll: { timeout: 10_000 } },
      sequence: { ...sequence, groupOrder },
    },
  };
}

/** What both runtimes must do, and what only one of them has in a folder of its name. */
function withOwn(folder: string, runtime: Runtime): string[] {
  return [`${folder}/*.test.ts`, `${folder}/${runtime}/**/*.test.ts`];
}

const runtimes = ["node", "worker"] as const;

/**
 * What is around the service, a project each: `npm run check <name>` runs it. Tests start other people's programs, so
 * that they take their time.
 */
function platform(name: string, index: number) {
  const folder = `test/platform/${name}`;
  const isGateway = name === "gateway";
  // One file after another: they share what globalSetup has started, or load the machine.
  const fileParallelism = !["container", "gateway"].includes(name);
  return {
    test: {
      name,
      // Behind the gateway the contract suite runs too.
      include: [`${folder}/**/*.test.ts`, ...(isGateway ? ["test/contract/**/*.test.ts"] : [])],
      globalSetup: existsSync(join(import.meta.dirname, folder, "set-up.ts")) ? [`${folder}/set-up.ts`] : [],
      fileParallelism,
      testTimeout: 300_000,
      hookTimeout: 600_000,
      expect: { poll: { timeout: 10_000 } },
      sequence: { ...sequence, groupOrder: 20 + index },
    },
  };
}

/** Where the suite finds a service behind a gateway (test/targets/gateway.ts); such a one is not started here. */
const { GATEWAY_URL: gateway } = process.env;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // Property tests drive the whole app some hundred times; a busy machine takes its time.
          testTimeout: 30_000,
          include: [
            "bench/**/*.test.ts",
            "build/**/*.test.ts",
            "functions/**/*.test.ts",
            "test/docs/**/*.test.ts",
            "stand-in/**/*.test.ts",
            "e2e/**/*.test.ts",
            "test/support/**/*.test.ts",
            "istio/**/*.test.ts",
            "release/**/*.test.ts",
            "scripts/**/*.test.ts",
            "terraform/**/*.test.ts",
          ],
          sequence,
        },
      },
      ...runtimes.flatMap((runtime, index) => [
        suite("contract", runtime, ["test/contract/**/*.test.ts"], 1 + index),
        suite("browser", runtime, ["test/browser/**/*.test.ts"], 3 + index, 60_000),
        suite("telemetry", runtime, withOwn("test/telemetry", runtime), 5 + index),
        suite("resilience", runtime, withOwn("test/resilience", runtime), 7 + index),
      ]),
      ...runtimes.map((runtime, index) => {
        const { test } = suite("clients", runtime, ["test/clients/**/*.test.ts"], 11 + index, 60_000);
        return { test: { ...test, globalSetup: ["test/clients/prepare.ts", ...test.globalSetup] } };
      }),
      {
        test: {
          name: "generators",
          include: ["test/generators/**/*.test.ts"],
          testTimeout: 300_000,
          // The first run installs and compiles the generators.
          hookTimeout: 900_000,
          sequence: { ...sequence, groupOrder: 13 },
        },
      },
      ...(gateway ? [suite("contract", "gateway", ["test/contract/**/*.test.ts"], 10)] : []),
      ...readdirSync(join(import.meta.dirname, "test/platform"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== "support")
        .map(({ name }, index) => platform(name, index)),
      {
        test: {
          name: "redis",
          include: ["test/resilience/redis/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          sequence: { ...sequence, groupOrder: 9 },
        },
      },
    ],
  },
});
