import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { at, read } from "../../docs/generate/markdown.ts";
import { readSteps, readTours, toPattern, tourPath } from "./tour.ts";

const tours = readTours();
const pinned = (path: string) => read(path);

test("there is a start, and a tour for each kind of user", () => {
  expect(tours.map(({ title }) => title)).toEqual([
    "Start",
    "Reading gists",
    "Generating a client",
    "Changing the service",
    "Running the platform",
  ]);
});

describe.each(tours.slice(1))("$title", ({ title, steps }) => {
  test("is short, and has output and a picture", () => {
    const commands = steps.flatMap((step) => (step.kind === "run" ? step.commands.trim().split("\n") : []));
    expect(commands.length).toBeLessThanOrEqual(20);
    expect(steps.some((step) => "expected" in step)).toBe(true);
    const [, section = ""] = read(tourPath).split(`\n## ${title}\n`);
    expect(section.split("\n## ")[0]).toMatch(/^!\[[^\]]+\]\(images\//m);
  });

  test("writes only pictures that are committed (npm run docs tour)", () => {
    const pictures = steps.flatMap((step) => (step.kind === "see" && step.picture !== undefined ? [step.picture] : []));
    expect(pictures.filter((path) => !existsSync(at(`docs/${path}`)))).toEqual([]);
  });
});

test("what it installs has the version that the other tests use", () => {
  const page = read(tourPath);
  const npm = JSON.parse(pinned("test/generators/npm/package.json")) as { dependencies: Record<string, string> };
  const versions = [...page.matchAll(/ ([\w-]+)@(\d[\d.]*)/g)];
  expect(versions.length).toBeGreaterThan(2);
  for (const [, name = "", version] of versions) expect([name, npm.dependencies[name]]).toEqual([name, version]);
  const [, pygithub] = /PyGithub==(\S+)/.exec(page) ?? [];
  expect(pinned("test/clients/pygithub/requirements.txt")).toContain(`\nPyGithub==${pygithub}\n`);
});

describe("the reading of a tour", () => {
  const text = "# A\n\n```sh\nnpm run x # keeps running\n```\n\n```text\nb\n```\n\n```diff\n--- a.ts\n-c\n+d\n```\n";

  test("finds commands with their output, changes, files and pictures", () => {
    const more =
      "\n```js\n// e.mjs\nf();\n```\n\n<!-- picture: http://g -->\n\n![H](i.png)\n\n<!-- page: http://j -->\n\n![K](l.png)\n";
    expect(readSteps(text + more)).toEqual([
      { line: 3, kind: "run", commands: "npm run x # keeps running\n", runsOn: true, needs: [], expected: "b\n" },
      { line: 11, kind: "edit", path: "a.ts", from: "c", to: "d" },
      { line: 17, kind: "write", path: "e.mjs", text: "// e.mjs\nf();\n" },
      { line: 22, kind: "see", url: "http://g", picture: "i.png" },
      { line: 26, kind: "see", url: "http://j" },
    ]);
  });

  test("refuses a block that it cannot run", () => {
    expect(() => readSteps("```js\nf();\n```\n")).toThrow("docs/tour.md:1");
    expect(() => readSteps("```powershell\nls\n```\n")).toThrow("docs/tour.md:1");
  });

  test.each([
    ["a\n...\nd\n", "a\nb\nc\nd\n", true],
    ["a\n...\nd\n", "a\nb\nc\n", false],
    ["a\nb\n", "x\na\nb\ny\n", true],
    ["a\nb\n", "a\nc\nb\n", false],
    ["x: 1 ...\n", "x: 1 and 2\n", true],
    ["hit; ttl=10\n", "hit; ttl=-9\n", true],
    ["130 gists\n", "131 gists\n", false],
    ["took 12 ms\n", "took 1.5 ms\n", true],
    ["took 12 ms\n", "took no ms\n", false],
    ["...\nb (c)\n", "a\nb (c)\n", true],
  ])("%j is the output %j: %s", (expected, output, isEqual) => {
    expect(toPattern(expected).test(output)).toBe(isEqual);
  });
});

test("the simulation's result is that of docs/autoscaling.md, which is made by it", () => {
  const [, result] = /^Result: (.+)\.$/m.exec(read("docs/autoscaling.md"))!;
  expect(read(tourPath)).toContain(`\n${result}\n`);
});
