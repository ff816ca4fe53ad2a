import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { telemetrySettings } from "../../functions/core/telemetry/otel/config.ts";
import { type VariableName, variableTable } from "../../functions/core/telemetry/otel/variables.ts";
import { certificateSettings } from "../../functions/node/telemetry/certificates.ts";
import { nodeSettings } from "../../functions/node/config.ts";

const readme = fileURLToPath(new URL("../../README.md", import.meta.url));

interface Row {
  name: string;
  default: string;
  description: string;
}

/** OpenTelemetry's variables, as far as they are honoured. */
const variables = Object.entries({ ...telemetrySettings, ...certificateSettings }).map(([name, { fallback }]) => [
  name,
  { fallback, description: variableTable[name as VariableName].description },
]) as [string, { fallback: unknown; description: string }][];

/** Every setting there is: the core's and the container's, and OpenTelemetry's. */
const settings = { ...nodeSettings, ...Object.fromEntries(variables) };

/** A default as it is set: lists with commas, nothing where there is none. */
function toText(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "object" && value !== null) return Object.entries(value).join(",");
  return String(value);
}

/** The table that the code would write, by name. */
function expectedRows(): Row[] {
  return Object.entries(settings).map(([name, { fallback, description }]) => ({
    name,
    default: toText(fallback),
    description,
  }));
}

/** Cells of a Markdown table row, backticks around a whole cell left out. */
function toCells(line: string): string[] {
  return line
    .trim()
    .replaceAll(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Rows whose first cell is a setting's name in backticks, in the README's order. */
function readRows(markdown: string): Row[] {
  return markdown
    .split("\n")
    .filter((line) => /^\s*\|\s*`[A-Z][A-Z0-9_]+`\s*\|/.test(line))
    .map((line) => {
      const [name = "", value = "", description = ""] = toCells(line);
      const plain = (cell: string) => cell.replace(/^`(.*)`$/, "$1");
      return { name: plain(name), default: /^(?:-|–|—|none|unset)$/i.test(value) ? "" : plain(value), description };
    });
}

/** @throws Error where there is no README yet */
function rowsOfReadme(): Row[] {
  if (!existsSync(readme))
    throw new Error("README.md does not exist: it needs a table of settings (`NAME`, default, description)");
  return readRows(readFileSync(readme, "utf8"));
}

const sorted = (rows: Row[]) => rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));

describe("the README's settings table", () => {
  test("has every setting once, and no other", () => {
    expect(
      rowsOfReadme()
        .map((row) => row.name)
        .toSorted(),
    ).toEqual(Object.keys(settings).toSorted());
  });

  test("has the defaults and the descriptions of the code", () => {
    expect(sorted(rowsOfReadme())).toEqual(sorted(expectedRows()));
  });
});

describe("the reading of the table", () => {
  test("finds rows, defaults and escaped bars, and no other tables", () => {
    const markdown =
      "| Name | Default | What |\n|---|---|---|\n| `PORT` | `8080` | A port. |\n| `A_B` | none | One \\| two `x`. |\n| `npm test` | all | |";
    expect(readRows(markdown)).toEqual([
      { name: "PORT", default: "8080", description: "A port." },
      { name: "A_B", default: "", description: "One | two `x`." },
    ]);
  });
});
