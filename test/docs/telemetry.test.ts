import * as conventions from "@opentelemetry/semantic-conventions";
import { describe, expect, test } from "vitest";
import { logFieldTable, logMessageTable } from "../../functions/core/telemetry/log-table.ts";
import { attributeTable, spanTable } from "../../functions/core/telemetry/span-table.ts";
import { read } from "../../docs/generate/markdown.ts";
import { renderTelemetry, telemetryPath } from "../../docs/generate/telemetry.ts";
import { handlings } from "../../functions/core/model.ts";

// On other systems a process has other metrics.
test.runIf(process.platform === "linux")("docs/telemetry.md is what the tables say (npm run docs telemetry)", () => {
  expect(read(telemetryPath)).toBe(renderTelemetry());
});

test("docs/telemetry.md explains every outcome of the cache", () => {
  const named = [...read(telemetryPath).matchAll(/^\| `([A-Z_]+)` +\| [^|`]+\|$/gm)].map(([, name]) => name);
  expect(named).toEqual([...handlings]);
});

describe("the tables", () => {
  test("name stable attributes of OpenTelemetry, and the service's own", () => {
    const stable = new Set(Object.values(conventions as Record<string, unknown>));
    for (const name of Object.keys(attributeTable)) {
      expect(name.startsWith("edge_gists.") || stable.has(name), name).toBe(true);
    }
  });

  test("describe nothing unused", () => {
    const used = new Set<string>(Object.values(spanTable).flatMap(({ attributes }) => [...attributes]));
    expect([...used].toSorted()).toEqual(Object.keys(attributeTable).toSorted());
    const fields = new Set<string>(Object.values(logMessageTable).flatMap((message) => [...message.fields]));
    expect([...fields, "time", "level", "msg"].toSorted()).toEqual(Object.keys(logFieldTable).toSorted());
  });
});
