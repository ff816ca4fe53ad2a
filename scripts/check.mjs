import { spawnSync } from "node:child_process";
import { isAbsolute, join } from "node:path";
import { root } from "../harness/built.mjs";
import { checks, fast } from "./check-list.mjs";
import { hasAll } from "./needs.mjs";
import { readName, readOptions } from "./options.mjs";
import { runVitest } from "./vitest.mjs";

const usage = `
npm run check [NAME] [-- -t PATTERN]

Runs one check; without a name ${fast.join(", ")}. Add --help for what it does.
`;

const pattern = {
  testNamePattern: { type: "string", short: "t", value: "PATTERN", description: "only tests whose names match" },
};

/** A check's options from the command line; ends the program if it only prints the usage. */
function read(name) {
  const { text, command, options } = checks[name];
  const own = command ? {} : { ...pattern, ...options };
  const takes = Object.entries(own).map(([option, { short, value }]) =>
    short ? `-${short} ${value}` : `--${option}${value ? `=${value}` : ""}`,
  );
  const more = takes.length > 0 ? ` [-- ${takes.join("] [")}]` : "";
  return readOptions({ usage: `npm run check ${name}${more}\n\n${text}`, options: own }).values;
}

/** A tool that passes or fails as a whole. */
function runCommand([program, ...args]) {
  const isOurs = !isAbsolute(program);
  const command = isOurs ? process.execPath : program;
  const all = isOurs ? [join(root, "node_modules", program), ...args] : args;
  const isGood = spawnSync(command, all, { cwd: root, stdio: "inherit" }).status === 0;
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, leftOut: 0 };
}

function run(name, { testNamePattern, ...values } = {}) {
  const { needs = [], command, env } = checks[name];
  try {
    if (!hasAll(name, needs)) return { passed: 0, failed: 0, leftOut: 0 };
  } catch (error) {
    console.error(`FAILED ${error.message}`);
    return { passed: 0, failed: 1, leftOut: 0 };
  }
  if (command) return runCommand(command());
  return runVitest(name, testNamePattern ? [`--testNamePattern=${testNamePattern}`] : [], env?.(values));
}

const names = Object.fromEntries(Object.entries(checks).map(([name, { title }]) => [name, title]));
const { name } = readName({ usage, names });
if (name && checks[name].program) await import(`./${checks[name].program}`);
else {
  const values = name && read(name);
  const results = name ? [run(name, values)] : fast.map((one) => run(one));
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  // Those that no pattern chose are not meant.
  if (sum("leftOut") > 0 && !values?.testNamePattern) console.log(`LEFT OUT ${sum("leftOut")} tests`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") > 0 ? 1 : 0;
}
