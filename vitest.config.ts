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

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["functions/**/*.test.ts", "test/github/**/*.test.ts", "scripts/**/*.test.ts"],
          sequence,
        },
      },
      contract("node"),
      contract("worker"),
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/targets/node.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          sequence: { ...sequence, groupOrder: 3 },
        },
      },
    ],
  },
});
