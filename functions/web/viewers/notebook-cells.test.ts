import { describe, expect, test } from "vitest";
import { parseNotebook } from "./notebook-cells.ts";

const outputOf = (...outputs: unknown[]) =>
  parseNotebook(JSON.stringify({ cells: [{ cell_type: "code", source: "", outputs }] })).cells[0]?.outputs;
const shown = (data: object) => outputOf({ output_type: "display_data", data });

test("cells of format 4, with text as a list of lines", () => {
  const cells = [
    { cell_type: "markdown", source: ["# a\n", "b"] },
    { cell_type: "code", execution_count: 7, source: "1 + 1", outputs: [] },
    { cell_type: "raw", source: "r" },
  ];
  const notebook = parseNotebook(JSON.stringify({ cells, metadata: { language_info: { name: "julia" } } }));
  expect(notebook.language).toBe("julia");
  expect(notebook.cells.map(({ kind, source, count }) => [kind, source, count])).toEqual([
    ["markdown", "# a\nb", undefined],
    ["code", "1 + 1", 7],
    ["raw", "r", undefined],
  ]);
});

test("cells of format 3", () => {
  const cells = [
    { cell_type: "heading", level: 2, source: "Title" },
    { cell_type: "code", prompt_number: 3, input: "x", outputs: [{ output_type: "display_data", png: "AAAA" }] },
  ];
  const { cells: read } = parseNotebook(JSON.stringify({ worksheets: [{ cells }] }));
  expect(read[0]).toMatchObject({ kind: "markdown", source: "## Title" });
  expect(read[1]).toMatchObject({ source: "x", count: 3 });
  expect(read[1]?.outputs).toEqual([{ kind: "picture", source: "data:image/png;base64,AAAA" }]);
});

describe("an output", () => {
  test("is shown in its richest form that can do nothing", () => {
    expect(shown({ "image/png": "AA\nAA", "text/plain": "a" })).toEqual([
      { kind: "picture", source: "data:image/png;base64,AAAA" },
    ]);
    expect(shown({ "image/png": 'x" onerror="a', "text/plain": "a" })).toEqual([
      { kind: "text", text: "a", isError: false },
    ]);
    expect(shown({ "image/svg+xml": "<svg/>" })).toEqual([
      { kind: "picture", source: "data:image/svg+xml,%3Csvg%2F%3E" },
    ]);
    expect(shown({ "text/html": "<b>a</b>", "text/plain": "a" })).toEqual([
      { kind: "text", text: "a", isError: false },
    ]);
    expect(shown({ "text/html": "<b>a</b>", "text/plain": "<IPython.core.display.HTML object>" })).toEqual([
      { kind: "source", text: "<b>a</b>", language: "html" },
    ]);
    expect(shown({ "application/javascript": "alert(1)" })).toEqual([
      { kind: "source", text: "alert(1)", language: "javascript" },
    ]);
    expect(shown({})).toEqual([]);
  });

  test("of a program that failed is its traceback", () => {
    expect(outputOf({ output_type: "error", ename: "E", evalue: "v", traceback: [] })).toEqual([
      { kind: "text", text: "E: v", isError: true },
    ]);
  });
});

test.each(["", "[]", "1", "{}", '{"cells": []}', '{"cells": {}}', '{"worksheets": [null]}'])("%j is none", (text) => {
  expect(() => parseNotebook(text)).toThrow(/notebook|cells|JSON/);
});
