import { defineConfig } from "vitest/config";

/** Tests run in random order; the seed is printed, and `--sequence.seed` repeats it. */
const sequence = { shuffle: true };

/** The contract suite, unchanged, on one runtime's built bundle. */
function contract(runtime: "node" | "worker") {
  return {
    test: {
      name: `contract-${runtime}`,
      include: ["test/contract/**/*.test.ts"],
      globalSetup: [`test/targets/${runtime}.ts`],
      fileParallelism: false,
      testTimeout: 30_000,
      hookTimeout: 30_000,
      sequence: { ...sequence, groupOrder: runtime === "node" ? 1 : 2 },
    },
  };
}

/** What the service does while GitHub or its shared tier fails: one suite for both runtimes, and what only one has. */
function resilience(runtime: "node" | "worker") {
  return {
    test: {
      name: `resilience-${runtime}`,
      include: ["test/resilience/*.test.ts", `test/resilience/${runtime}/**/*.test.ts`],
      globalSetup: [`test/targets/${runtime}.ts`],
      fileParallelism: false,
      testTimeout: 30_000,
      hookTimeout: 30_000,
      expect: { poll: { timeout: 10_000 } },
      sequence: { ...sequence, groupOrder: runtime === "node" ? 9 : 10 },
    },
  };
}

/** What operators see: traces, metrics and logs of one runtime's built bundle, read by the tools that read them. */
function telemetry(runtime: "node" | "worker") {
  return {
    test: {
      name: `telemetry-${runtime}`,
      include: ["test/telemetry/*.test.ts", `test/telemetry/${runtime}/**/*.test.ts`],
      globalSetup: [`test/targets/${runtime}.ts`],
      fileParallelism: false,
      testTimeout: 30_000,
      hookTimeout: 30_000,
      sequence: { ...sequence, groupOrder: runtime === "node" ? 7 : 8 },
    },
  };
}

/** The pages in Chromium, as one runtime's built bundle serves them. */
function browser(runtime: "node" | "worker") {
  return {
    test: {
      name: `browser-${runtime}`,
      include: ["test/browser/**/*.test.ts"],
      globalSetup: [`test/targets/${runtime}.ts`],
      fileParallelism: false,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      sequence: { ...sequence, groupOrder: runtime === "node" ? 3 : 4 },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          // Property tests drive the whole app some hundred times; a busy machine takes its time.
          testTimeout: 30_000,
          include: [
            "functions/**/*.test.ts",
            "test/docs/**/*.test.ts",
            "test/github/**/*.test.ts",
            "test/support/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          sequence,
        },
      },
      contract("node"),
      contract("worker"),
      resilience("node"),
      resilience("worker"),
      {
        test: {
          name: "redis",
          include: ["test/resilience/redis/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          sequence: { ...sequence, groupOrder: 11 },
        },
      },
      telemetry("node"),
      telemetry("worker"),
      browser("node"),
      browser("worker"),
    ],
  },
});
