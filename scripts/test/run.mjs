/** Runs groups: tools beside the tests, and the tests of all projects in one run of vitest. */
import { join } from "node:path";
import { buildIfNeeded, root } from "../../harness/built.mjs";
import { runTool } from "./tools.mjs";

/**
 * @param {readonly import("./groups.mjs").Group[]} groups
 * @param {ReturnType<import("./progress.mjs").createProgress>} progress
 * @param {{ testNamePattern?: string }} options
 * @returns {Promise<number>} failures that belong to no group
 */
export async function run(groups, progress, options) {
  const isChosen = (name) => groups.some((group) => group.name === name);

  async function runOne(name) {
    if (!isChosen(name)) return true;
    progress.toolBegins(name);
    const { isGood, output } = await runTool(name);
    if (!isGood) progress.print(output);
    progress.toolEnds(name, isGood);
    return isGood;
  }
  async function runInTurn(names) {
    for (const name of names) await runOne(name);
  }

  const sources = runInTurn(["types", "lint", "format"]);
  const isBuilt = await runOne("build");
  if (!isChosen("build") && groups.some(({ needsBuild }) => needsBuild)) buildIfNeeded();
  const runnable = groups.filter(({ needsBuild }) => isBuilt || !needsBuild);
  for (const { name } of groups) if (!runnable.some((group) => group.name === name)) progress.isNotBuilt(name);
  const tests = runVitest(
    runnable.filter(({ files }) => files),
    progress,
    options,
  );
  await sources;
  if (isBuilt) await runOne("openapi");
  return tests;
}

/** @returns {Promise<number>} errors outside of all files */
async function runVitest(projects, { reporter, stream }, { testNamePattern }) {
  if (projects.length === 0) return 0;
  const { startVitest } = await import("vitest/node");
  const vitest = await startVitest(
    projects.flatMap(({ files }) => files.map((file) => join(root, file))),
    {
      root,
      watch: false,
      project: projects.map(({ name }) => name),
      // Failures in full, at the end.
      reporters: ["minimal", reporter, ...(process.env.GITHUB_ACTIONS ? ["github-actions"] : [])],
      testNamePattern,
    },
    {},
    { stdout: stream, stderr: stream },
  );
  return vitest.state.getUnhandledErrors().length;
}
