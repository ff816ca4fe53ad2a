import { readOptions, refuse } from "./options.mjs";

const usage = `
npm test [-- [PATTERN ...] [-t NAME] [--all]]

Runs all tests that need no cluster: build, types, lint, format, the OpenAPI document, and vitest's
projects on as many processors as there are. Groups that need a missing program are left out, and
named. With patterns it runs only what matches, such as: npm test -- contract-node cors
Real clients, generators and the checks of the platform run only by name: npm test -- clients
Builds dist/ first where tests start what is in it. Last line: N passed, N failed.
`;
const {
  values: { all, testNamePattern },
  positionals: patterns,
} = readOptions({
  usage,
  anyWords: ["PATTERN", "a group, or a part of the path of test files"],
  options: {
    all: { type: "boolean", default: false, description: "a group that must be left out is a failure" },
    testNamePattern: { type: "string", short: "t", value: "NAME", description: "only tests whose names match" },
  },
});
// Tests that look for a program by themselves then fail without it.
if (all) process.env.REQUIRE_ALL = "1";

// An old Node cannot load them. It was refused above.
const { readProjects, select } = await import("./test/groups.mjs");
const { leaveOut } = await import("./test/programs.mjs");
const { createProgress, toTable } = await import("./test/progress.mjs");
const { run } = await import("./test/run.mjs");
const { keepTimes, readTimes, toText } = await import("./test/times.mjs");
const { tools } = await import("./test/tools.mjs");
const { default: config } = await import("../vitest.config.ts");
const everything = [...tools, ...readProjects(config)];
let chosen;
try {
  chosen = select(everything, patterns);
} catch (error) {
  refuse(error.message);
}
// A tool has no tests to choose from.
if (testNamePattern !== undefined) chosen = chosen.filter(({ files }) => files);
const { groups, leftOut } = leaveOut(chosen);

/** True if no pattern leaves out a part of a group: only then its time is comparable. */
const isWhole = ({ name, files }) =>
  testNamePattern === undefined && files?.length === everything.find((group) => group.name === name).files?.length;

const times = readTimes();
const known = groups.every(isWhole) ? times : {};
const width = Math.max(0, ...groups.map(({ name }) => name.length));
console.log(groups.length === 1 ? "1 group:" : `${groups.length} groups:`);
for (const { name, files } of groups) {
  const what = files ? `${files.length} ${files.length === 1 ? "file" : "files"}` : "";
  const last = known[name] ? `last time ${toText(known[name].seconds)}` : "";
  console.log(`  ${name.padEnd(width)}  ${what.padEnd(10)}${last}`.trimEnd());
}
for (const group of leftOut) console.log(`LEFT OUT ${group}`);

const progress = createProgress(groups, known, { isLive: process.stdout.isTTY && process.env.CI === undefined });
progress.start();
let failures = await run(groups, progress, { testNamePattern });
progress.stop();

const { states } = progress;
const sum = (key) => states.reduce((total, state) => total + state[key], 0);
if (states.length > 1) console.log(`\n${toTable(states)}\n`);
keepTimes(
  Object.fromEntries(
    states
      .filter(({ ended }, index) => ended !== undefined && isWhole(groups[index]))
      .map(({ name, began, ended, passed, failed, skipped }) => [
        name,
        { seconds: (ended - began) / 1000, tests: passed + failed + skipped },
      ]),
  ),
);
if (sum("passed") + sum("failed") + failures === 0) {
  console.log("FAILED: no test ran");
  failures += 1;
}
for (const group of leftOut) console.log(`LEFT OUT ${group}`);
if (all && leftOut.length > 0) {
  console.log("FAILED: a group is left out");
  failures += 1;
}
console.log(`${sum("passed")} passed, ${sum("failed") + failures} failed`);
process.exitCode = sum("failed") + failures === 0 ? 0 : 1;
// What still holds the process, such as a socket of a server that does not end, has no say.
setTimeout(() => process.exit(), 5000).unref();
