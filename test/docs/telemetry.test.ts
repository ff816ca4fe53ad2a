import { readFileSync } from "node:fs";
import * as conventions from "@opentelemetry/semantic-conventions";
import { describe, expect, test } from "vitest";
import { logFieldTable, logMessageTable } from "../../functions/core/telemetry/log-table.ts";
import { attributeTable, spanTable } from "../../functions/core/telemetry/span-table.ts";
import { renderTelemetry, telemetryPath } from "../../docs/generate/telemetry.ts";

// Elsewhere a process has other metrics.
test.runIf(process.platform === "linux")("docs/telemetry.md is what the tables say (npm run docs:telemetry)", () => {
  expect(readFileSync(telemetryPath, "utf8")).toBe(renderTelemetry());
});

describe("the tables", () => {
  test("name OpenTelemetry's stable attributes, and else the service's own", () => {
    const stable = new Set(Object.values(conventions as Record<string, unknown>));
    for (const name of Object.keys(attributeTable)) {
      expect(name.startsWith("edge_gists.") || stable.has(name), name).toBe(true);
    }
  });

  test("describe nothing that is nowhere used", () => {
    const used = new Set<string>(Object.values(spanTable).flatMap(({ attributes }) => [...attributes]));
    expect([...used].toSorted()).toEqual(Object.keys(attributeTable).toSorted());
    const fields = new Set<string>(Object.values(logMessageTable).flatMap((message) => [...message.fields]));
    expect([...fields, "time", "level", "msg"].toSorted()).toEqual(Object.keys(logFieldTable).toSorted());
  });
});
