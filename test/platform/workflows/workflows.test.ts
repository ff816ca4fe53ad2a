import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { read } from "../support/files.ts";
import { actions, commandsOf, stepsOf, workflows } from "./read.ts";
import { exists, scriptsIn } from "../../support/npm-scripts.ts";

const files = [...workflows(), ...actions()];

test("the files that are to be there", () => {
  const names = workflows().map(({ path }) => path.split("/").at(-1));
  const wanted = ["cd-helm-terraform", "cd-local", "ci", "deploy-worker", "e2e", "lock", "release"];
  expect(names).toEqual(wanted.map((name) => `${name}.yml`));
});

/** The command of a step: an npm script that exists, or an existing program of ours. */
function expectKnown(command: string) {
  const npm = /^npm (?:ci|test|run \S+(?: [a-z]\S*)*)(?: -- \S.*)?$/.test(command);
  const [, program] = /^node (scripts\/\S+)/.exec(command) ?? [];
  expect(npm || program, `logic of its own: ${command}`).toBeTruthy();
  if (program) expect(existsSync(join(root, program)), program).toBe(true);
  if (npm) for (const script of scriptsIn(command)) expect(exists(script), `package.json has no ${script}`).toBe(true);
}

for (const file of files) {
  test(`${file.path}: actions pinned by commit, the version beside it`, () => {
    for (const [line, action = ""] of file.text.matchAll(/^.*\buses: (.+)$/gm)) {
      if (action.startsWith("./")) expect(existsSync(join(root, action.slice(2), "action.yml")), action).toBe(true);
      else expect(action, line.trim()).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test(`${file.path}: no logic of its own`, () => {
    for (const entry of stepsOf(file)) for (const command of commandsOf(entry)) expectKnown(command);
  });
}

/** What .ci/run does not run by the same name, and why it is exercised all the same, or cannot be. */
const elsewhere: Record<string, string> = {
  build: "npm test builds if needed",
  "check coverage": "the unit tests of npm test, counted",
  "check generators": "takes minutes in a clean clone; npm test lints the documents and holds responses against them",
  "deploy:worker": "needs an account at Cloudflare; check worker is wrangler's dry run",
  image: "check container builds by it, twice",
  "release announce": "writes to GitHub; release -- --dry-run says what",
  "release sbom": "release -- --dry-run makes it",
  "release scan": "needs the databases of vulnerabilities",
};
const steps = read(".ci/run").match(/^step .+$/gm)!;
const here = new Set(scriptsIn(steps.join("\n")));
const there = new Set(workflows().flatMap((file) => stepsOf(file).flatMap(commandsOf).flatMap(scriptsIn)));

test("what workflows run is exercised by .ci/run, or is said to be elsewhere", () => {
  expect([...there].filter((name) => !here.has(name) && !(name in elsewhere))).toEqual([]);
  const unused = Object.keys(elsewhere).filter((name) => here.has(name) || !there.has(name));
  expect(unused, "exceptions that are none").toEqual([]);
});

test("what .ci/run runs, workflows run too", () => {
  // A million requests in one process say the same on every machine.
  const only = new Set(["bench soak"]);
  expect([...here].filter((name) => !there.has(name) && !only.has(name))).toEqual([]);
});

test("what .ci/run runs exists", () => {
  expect(here.size).toBeGreaterThan(10);
  expect([...here].filter((name) => !exists(name))).toEqual([]);
});

test("an action has one version everywhere", () => {
  const versions = new Map<string, string>();
  for (const [, name = "", pin = ""] of files.flatMap(({ text }) => [...text.matchAll(/uses: ([^@\s]+)@(.+)$/gm)])) {
    versions.set(name, versions.get(name) ?? pin);
    expect(versions.get(name), name).toBe(pin);
  }
});

describe.each(workflows())("$path:", ({ content }) => {
  const jobs = Object.entries(content.jobs);

  test("nothing is permitted but what a job names", () => {
    expect(content.permissions).toEqual({});
    for (const [name, { permissions }] of jobs) expect(permissions, name).toBeTruthy();
  });

  test("bounded", () => {
    expect(content.concurrency?.group, "no concurrency group").toBeTruthy();
    for (const [name, job] of jobs) {
      expect(job["timeout-minutes"], name).toBeGreaterThan(0);
      expect(job["timeout-minutes"], name).toBeLessThanOrEqual(60);
    }
  });

  test("a checkout leaves no credentials behind", () => {
    for (const { step } of stepsOf({ content }))
      if (step.uses?.startsWith("actions/checkout@")) expect(step.with?.["persist-credentials"]).toBe(false);
  });
});
