import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { check, sumUp } from "./checks.mjs";
import { tool } from "./tools.mjs";
import { actions, commandsOf, stepsOf, workflows } from "./workflows/read.mjs";
import { zizmor } from "./workflows/zizmor.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:workflows

Checks .github by actionlint and zizmor (pedantic), and by the project's own rules: actions pinned
by commit, no logic in workflows, least permissions, time limits. Needs Go and Python.
Last line: N passed, N failed.
`;
readOptions({ usage });

function succeeds(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, error?.message ?? stdout + stderr);
}

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const files = [...workflows(), ...actions()];

// shellcheck and pyflakes, which it would use where they are, find nothing in commands of one npm script.
check("actionlint", () => succeeds(tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes="));
check("zizmor", () => succeeds(zizmor(), "--pedantic", "--offline", "--no-progress", "--color=never", ".github"));
check("the files that are to be there", () => {
  const names = workflows().map(({ path }) => path.split("/").at(-1));
  const wanted = ["cd-helm-terraform", "cd-local", "ci", "deploy-worker", "e2e", "release"];
  assert.deepEqual(
    names,
    wanted.map((name) => `${name}.yml`),
  );
});

/** What a step runs: an npm script that exists, or a script that does. */
function assertKnown(command) {
  const [, npm] = /^npm (ci|test|run \S+)(?: -- \S.*)?$/.exec(command) ?? [];
  const [, script] = /^node (scripts\/\S+)/.exec(command) ?? [];
  assert.ok(npm || script, `logic of its own: ${command}`);
  if (script) assert.ok(existsSync(join(root, script)), `${script} does not exist`);
  const name = npm?.replace(/^run /, "");
  if (npm && name !== "ci") assert.ok(scripts[name], `package.json has no script ${name}`);
}

for (const file of files) {
  check(`${file.path}: actions pinned by commit, the version beside it`, () => {
    for (const [line, action] of file.text.matchAll(/^.*\buses: (.+)$/gm)) {
      if (action.startsWith("./")) assert.ok(existsSync(join(root, action.slice(2), "action.yml")), action);
      else assert.match(action, /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, line.trim());
    }
  });
  check(`${file.path}: no logic of its own`, () => {
    for (const entry of stepsOf(file)) if (entry.step.run) commandsOf(entry).forEach(assertKnown);
  });
}

/** What .ci/run does not run by the same name, and why it is exercised all the same, or cannot be. */
const elsewhere = {
  build: "npm test builds where needed",
  "deploy:worker": "needs an account at Cloudflare; check:worker is wrangler's dry run",
  image: "check:container builds by it, twice",
  release: "release:dry-run is the same program",
  "release:announce": "writes to GitHub; release:dry-run says what",
  "release:rehearse": "release:dry-run is the same program; this one needs a builder of two architectures",
  sbom: "release:dry-run makes it",
  scan: "needs the databases of vulnerabilities",
  "test:coverage": "the unit tests of npm test, counted",
};
const scriptsIn = (commands) =>
  new Set(commands.flatMap((command) => /\bnpm (?:run )?([\w:-]+)/.exec(command)?.[1] ?? []));
const here = scriptsIn(readFileSync(join(root, ".ci/run"), "utf8").match(/^step .+$/gm));
const there = scriptsIn(
  workflows().flatMap((file) => stepsOf(file).flatMap((entry) => (entry.step.run ? commandsOf(entry) : []))),
);

check("what workflows run is exercised by .ci/run, or is said to be elsewhere", () => {
  const missing = [...there].filter((name) => !here.has(name) && !(name in elsewhere));
  assert.deepEqual(missing, []);
  const unused = Object.keys(elsewhere).filter((name) => here.has(name) || !there.has(name));
  assert.deepEqual(unused, [], "exceptions that are none");
});
check("what .ci/run runs, workflows run too", () => {
  // A million requests in one process say the same on every machine.
  const only = new Set(["bench:soak"]);
  assert.deepEqual(
    [...here].filter((name) => !there.has(name) && !only.has(name)),
    [],
  );
});
check("an action has one version everywhere", () => {
  const versions = new Map();
  for (const [, name, pin] of files.flatMap(({ text }) => [...text.matchAll(/uses: ([^@\s]+)@(.+)$/gm)]))
    assert.equal(versions.set(name, versions.get(name) ?? pin).get(name), pin, name);
});

for (const { path, content } of workflows()) {
  check(`${path}: nothing is permitted but what a job names`, () => {
    assert.deepEqual(content.permissions, {});
    for (const [name, { permissions }] of Object.entries(content.jobs)) assert.ok(permissions, name);
  });
  check(`${path}: bounded`, () => {
    assert.ok(content.concurrency.group, "no concurrency group");
    for (const [name, job] of Object.entries(content.jobs)) {
      const minutes = job["timeout-minutes"];
      assert.ok(minutes > 0 && minutes <= 60, `${name}: ${minutes} minutes`);
    }
  });
  check(`${path}: a checkout leaves no credentials behind`, () => {
    for (const { step } of stepsOf({ content }))
      if (step.uses?.startsWith("actions/checkout@")) assert.equal(step.with?.["persist-credentials"], false);
  });
}

sumUp();
