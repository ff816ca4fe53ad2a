import { describe, expect, test } from "vitest";
import { read } from "../../docs/generate/markdown.ts";
import { groups, renderSettings, rows, settingsPath } from "../../docs/generate/settings.ts";
import { telemetrySettings } from "../../functions/core/telemetry/otel/config.ts";
import { type VariableName, variableTable } from "../../functions/core/telemetry/otel/variables.ts";
import { certificateSettings } from "../../functions/node/telemetry/certificates.ts";
import { nodeSettings } from "../../functions/node/config.ts";
import { workerSettings } from "../../functions/worker/config.ts";
import { toMemoryNeed } from "../../functions/node/memory.ts";
import { parseConfig } from "../../functions/core/config/parser.ts";

const page = read(settingsPath);

interface Row {
  name: string;
  default: string;
  description: string;
}

/** OpenTelemetry's variables that the service honours. */
const variables = Object.entries({ ...telemetrySettings, ...certificateSettings }).map(([name, { fallback }]) => [
  name,
  { fallback, description: variableTable[name as VariableName].description },
]) as [string, { fallback: unknown; description: string }][];

/** Every setting: the core's, the container's, the Worker's and OpenTelemetry's. */
const settings = { ...nodeSettings, ...workerSettings, ...Object.fromEntries(variables) };

/** A default as it would be set: lists with commas, empty if there is none. */
function toText(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "object" && value !== null) return Object.entries(value).join(",");
  return String(value);
}

/** The rows that the code implies. */
function expectedRows(): Row[] {
  return Object.entries(settings).map(([name, { fallback, description }]) => ({
    name,
    default: toText(fallback),
    description,
  }));
}

/** Cells of a row of a Markdown table. */
function toCells(line: string): string[] {
  return line
    .trim()
    .replaceAll(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Rows whose first cell is the name of a setting in backticks: name, default, and the description in the last cell. */
function readRows(markdown: string): Row[] {
  return markdown
    .split("\n")
    .filter((line) => /^\s*\|\s*`[A-Z][A-Z0-9_]+`\s*\|/.test(line))
    .map((line) => {
      const cells = toCells(line);
      const [name = "", value = ""] = cells;
      const description = cells.at(-1) ?? "";
      const plain = (cell: string) => cell.replace(/^`(.*)`$/, "$1");
      return { name: plain(name), default: /^(?:-|–|—|none|unset)$/i.test(value) ? "" : plain(value), description };
    });
}

const sorted = (all: Row[]) => all.toSorted((a, b) => (a.name < b.name ? -1 : 1));

describe("docs/settings.md", () => {
  test("is what the code says (npm run docs settings)", () => {
    expect(page).toBe(renderSettings(page));
  });

  test("has every setting once, and no other", () => {
    expect(
      readRows(page)
        .map((row) => row.name)
        .toSorted(),
    ).toEqual(Object.keys(settings).toSorted());
  });

  test("has the defaults and the descriptions of the code", () => {
    expect(sorted(readRows(page))).toEqual(sorted(expectedRows()));
  });

  test("has the memory that the defaults need", () => {
    const need = toMemoryNeed(parseConfig(nodeSettings, {})) / 1024 ** 2;
    expect(page).toContain(`With the defaults this is ${Math.ceil(need)} MiB.`);
  });

  test("shows the limits with which a wrong value is refused", () => {
    const all = Object.values(rows()).flat();
    for (const { name, values } of all) {
      expect(values, name).not.toBe("");
      const [, least, most] = /^From ([\d.]+) to ([\d.]+)$/.exec(values) ?? [];
      const setting = nodeSettings[name as keyof typeof nodeSettings];
      if (least === undefined || setting === undefined) continue;
      expect(setting.read(most), name).toEqual({ value: Number(most) });
      expect(setting.read(String(Number(most) + 1)), name).toHaveProperty("must");
    }
  });
});

test("a setting that is in no group, or in two, is refused", () => {
  const { Server: server, ...others } = groups;
  expect(() => rows(others)).toThrow("PORT is in 0 groups");
  expect(() => rows({ ...others, Server: server, Again: server.slice(1) })).toThrow("HOST is in 2 groups");
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
