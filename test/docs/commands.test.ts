import { describe, expect, test } from "vitest";
import { exists, names, partsOf, scriptsIn } from "../support/npm-scripts.ts";
import { documents, type Document } from "./documents.ts";

const current: readonly Document[] = documents.filter(({ path }) => path !== "CHANGELOG.md");

test.each(current)("the npm scripts in $path exist", ({ text }) => {
  expect(scriptsIn(text).filter((script) => !exists(script))).toEqual([]);
});

test("documents run scripts", () => {
  const page = current.find(({ path }) => path === "docs/platform.md")!;
  expect(scriptsIn(page.text).length).toBeGreaterThan(5);
  expect(current.flatMap(({ text }) => scriptsIn(text)).length).toBeGreaterThan(60);
});

test("every script of package.json is in the documents", () => {
  const all = current.map(({ text }) => text).join("\n");
  const inCode = [...all.matchAll(/`((?:npm run )?[\w:-]+(?: [\w-]+)?)`/g)].map(([, code = ""]) =>
    code.replace("npm run ", ""),
  );
  const named = new Set([...scriptsIn(all), ...inCode].map((script) => script.split(" ")[0]));
  expect(names.filter((name) => !named.has(name))).toEqual([]);
});

test.each(["check", "docs", "release"])("CONTRIBUTING.md has every name of %s", (name) => {
  const page = current.find(({ path }) => path === "CONTRIBUTING.md")!;
  const named = new Set([...page.text.matchAll(/`(?:npm run )?([\w:-]+ [\w:-]+)`/g)].map(([, command]) => command));
  const commands = partsOf(name).map((part) => `${name} ${part}`);
  expect(commands.length).toBeGreaterThan(2);
  expect(commands.filter((command) => !named.has(command))).toEqual([]);
});

describe("the reading of commands", () => {
  test("finds scripts with and without a part", () => {
    const text =
      "`npm run check charts`, `npm run -s metrics:token`, `npm test -- link`, `npm start`, `npm run build it`, npm run bench soak:";
    expect(scriptsIn(text)).toEqual(["check charts", "metrics:token", "test", "start", "build", "bench soak"]);
  });

  test("knows what does not exist", () => {
    expect(exists("build")).toBe(true);
    expect(exists("bench speed")).toBe(true);
    expect(exists("bench nothing")).toBe(false);
    expect(exists("nothing")).toBe(false);
  });
});
