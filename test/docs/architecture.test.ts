import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { at, read } from "../../docs/generate/markdown.ts";

const page = read("docs/architecture.md");

/** The paths of the annotated tree: two blanks of indentation for each level. */
function treeOf(text: string): string[] {
  const [, block = ""] = /## Files\n+```text\n([^]*?)```/.exec(text) ?? [];
  const parents: string[] = [];
  return block
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [, indent = "", name = ""] = /^( *)(\S+)/.exec(line) ?? [];
      parents.splice(indent.length / 2);
      parents.push(name);
      return parents.join("");
    });
}

/** Rows of the table below a heading, as cells. */
function rowsOf(heading: string): string[][] {
  const part = page.split(`\n## ${heading}`)[1]?.split("\n## ")[0] ?? "";
  return [...part.matchAll(/^\| (.+) \|$/gm)]
    .slice(2)
    .map(([, row = ""]) => row.split(" | ").map((cell) => cell.trim()));
}

describe("the tree", () => {
  const tree = treeOf(page);

  test("names paths that exist", () => {
    expect(tree.length).toBeGreaterThan(25);
    expect(tree.filter((path) => !existsSync(at(path)))).toEqual([]);
  });

  test("has every folder of the repository and of the core", () => {
    for (const [folder, prefix] of [
      ["", ""],
      ["functions/core", "functions/core/"],
      ["functions/node", "functions/node/"],
    ] as const) {
      const folders = readdirSync(at(folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !/^(?:\..*|node_modules|dist|coverage)$/.test(entry.name))
        .map(({ name }) => `${prefix}${name}/`);
      expect(folders.filter((path) => !tree.includes(path))).toEqual([]);
    }
  });

  test("explains each line", () => {
    const [, block = ""] = /```text\n(functions\/[^]*?)```/.exec(page) ?? [];
    const lines = block.trimEnd().split("\n").slice(1);
    expect(lines.filter((line) => !/^ *\S+ {2,}\S/.test(line))).toEqual([]);
  });
});

describe("where something is", () => {
  const rows = rowsOf("Where is");

  test.each(["Cache lifetime", "Retry", "`Link` rewriting", "Drain", "Metrics table", "Worker binding"])(
    "%s",
    (what) => {
      expect(rows.filter(([name = ""]) => name.startsWith(what))).toHaveLength(1);
    },
  );

  test("is documented by links to existing files", () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const [what, where = ""] of rows) {
      const links = [...where.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
      expect(links.length, what).toBeGreaterThan(0);
      for (const [, text = "", to = ""] of links) {
        expect(existsSync(at(text)), text).toBe(true);
        expect(join("docs", to), what).toBe(text);
      }
    }
  });

  test("is in alphabetical order", () => {
    const names = rows.map(([what = ""]) => what.replaceAll("`", "").toLowerCase());
    expect(names).toEqual(names.toSorted());
  });
});

test("functions/core/http imports model.ts and errors.ts of the core, and no more", () => {
  const folder = "functions/core/http/";
  const files = readdirSync(at(folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const outside = files.flatMap((file) =>
    [...read(`${folder}${file}`).matchAll(/from "(\.\.\/[^"]+)"/g)].map(([, from = ""]) => from),
  );
  expect([...new Set(outside)].toSorted()).toEqual(["../errors.ts", "../model.ts"]);
});

test("every rejected alternative has its reason", () => {
  const rows = rowsOf("Alternatives");
  expect(rows.length).toBeGreaterThan(10);
  for (const cells of rows) expect(cells.filter((cell) => cell.length > 2)).toHaveLength(3);
});
