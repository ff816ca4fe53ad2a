import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { at, read } from "../../docs/generate/markdown.ts";
import { documents, type Document } from "./documents.ts";

const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Scripts that take the name of a part. */
const grouped = new Set(["check", "bench", "docs"]);

/** Parts that are scripts under another name. */
const aliases: Record<string, string> = {
  "check types": "types",
  "check lint": "lint",
  "check format": "format:check",
  "check openapi": "lint:openapi",
  "check schemathesis": "test:schemathesis",
  "check coverage": "test:coverage",
};

const usages = new Map<string, string>();

/** True if a script says in its usage that it takes this name. */
function takes(script: string, name: string): boolean {
  const command = scripts[script];
  if (command === undefined) return false;
  let usage = usages.get(script);
  if (usage === undefined) {
    const [, file = ""] = /^node (\S+)/.exec(command) ?? [];
    usage = spawnSync(process.execPath, [at(file), "--help"], { encoding: "utf8" }).stdout;
    usages.set(script, usage);
  }
  return new RegExp(`^ {2}${name}(?:\\s|$)`, "m").test(usage);
}

/** Commands of a text, as `name` or `name part`. */
function commandsOf(text: string): string[] {
  const ran = text.matchAll(/\bnpm (?:run (?:-s |--silent )?([a-z][\w:-]*)(?: ([a-z][\w-]*))?|(test|start)\b)/g);
  return [...ran].map(([, run = "", part, own]) => own ?? (part && grouped.has(run) ? `${run} ${part}` : run));
}

function isKnown(command: string): boolean {
  const [script = "", part] = command.split(" ");
  if (part === undefined) return script in scripts;
  return scriptsOf(command).some((name) => name !== script && name in scripts) || takes(script, part);
}

/** Scripts that a command may run: `check charts` may be `check:charts`. */
const scriptsOf = (command: string): string[] => [
  command.split(" ")[0] ?? "",
  command.replace(" ", ":"),
  aliases[command] ?? "",
];

const current: readonly Document[] = documents.filter(({ path }) => path !== "CHANGELOG.md");

test.each(current)("the npm scripts in $path exist", ({ text }) => {
  expect(commandsOf(text).filter((command) => !isKnown(command))).toEqual([]);
});

test("documents run scripts", () => {
  const page = current.find(({ path }) => path === "docs/platform.md")!;
  expect(commandsOf(page.text).length).toBeGreaterThan(5);
  expect(current.flatMap(({ text }) => commandsOf(text)).length).toBeGreaterThan(60);
});

test("every script of package.json is in the documents", () => {
  const all = current.map(({ text }) => text).join("\n");
  const inCode = [...all.matchAll(/`((?:npm run )?[\w:-]+(?: [\w-]+)?)`/g)].map(([, code = ""]) =>
    code.replace("npm run ", ""),
  );
  const named = new Set([...commandsOf(all), ...inCode].flatMap(scriptsOf));
  expect(Object.keys(scripts).filter((name) => !named.has(name))).toEqual([]);
});

describe("the reading of commands", () => {
  test("finds scripts with and without a part", () => {
    const text =
      "`npm run check charts`, `npm run -s metrics:token`, `npm test -- link`, `npm start`, `npm run build it`";
    expect(commandsOf(text)).toEqual(["check charts", "metrics:token", "test", "start", "build"]);
  });

  test("knows what does not exist", () => {
    expect(isKnown("build")).toBe(true);
    expect(isKnown("bench speed")).toBe(true);
    expect(isKnown("bench nothing")).toBe(false);
    expect(isKnown("nothing")).toBe(false);
  });
});
