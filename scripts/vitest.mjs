/** vitest as a program of its own, and what it counted. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";

/**
 * @param {string} project of vitest.config.ts
 * @param {readonly string[]} args further arguments
 * @param {Record<string, string>} [env]
 * @returns {{ passed: number, failed: number, leftOut: number }}
 */
export function runVitest(project, args, env = {}) {
  const folder = join(root, ".cache");
  const report = join(folder, `vitest-${project}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const vitest = [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    `--project=${project}`,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...args,
  ];
  const { status } = spawnSync(process.execPath, vitest, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  const counted = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : {};
  const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: leftOut = 0 } = counted;
  // A run can fail without a failed test: a file that does not load, an unhandled rejection, or no test at all.
  const isBroken = failed === 0 && (status !== 0 || passed === 0);
  return { passed, failed: isBroken ? 1 : failed, leftOut };
}
