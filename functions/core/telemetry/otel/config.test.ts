import { expect, test } from "vitest";
import { toTelemetryConfig } from "./config.ts";

/** The values of the variables without an endpoint, and which of them are ignored. */
function read(env: Record<string, unknown>) {
  const ignored: unknown[] = [];
  const config = toTelemetryConfig(
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://receiver:4318", ...env },
    (level, msg, fields) => {
      expect([level, msg]).toEqual(["warn", "setting ignored"]);
      ignored.push(fields?.["setting"]);
    },
  );
  return { config: config!, ignored };
}

const noLimit = 2 ** 31 - 1;

test.each([
  [{}, 10_000],
  [{ OTEL_EXPORTER_OTLP_TIMEOUT: "0" }, 30_000],
  [{ OTEL_EXPORTER_OTLP_TIMEOUT: "0", OTEL_BSP_EXPORT_TIMEOUT: "0" }, noLimit],
  [{ OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "0", OTEL_EXPORTER_OTLP_TIMEOUT: "5", OTEL_BSP_EXPORT_TIMEOUT: "0" }, noLimit],
  [{ OTEL_EXPORTER_OTLP_TIMEOUT: String(noLimit), OTEL_BSP_EXPORT_TIMEOUT: "7" }, 7],
])("an export may take the shorter of its limits, and 0 means no limit: %o", (env, milliseconds) => {
  const { config, ignored } = read(env);
  expect(config.timeoutMillis).toBe(milliseconds);
  expect(ignored).toEqual([]);
});

test.each([
  [{}, 512, false],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: "16" }, 16, false],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: "16", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "16" }, 16, false],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: "16", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "17" }, 16, true],
  [{ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4096" }, 512, true],
])("a batch is at most as large as the queue: %o", (env, batch, isIgnored) => {
  const { config, ignored } = read(env);
  expect(config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE).toBe(batch);
  expect(ignored).toEqual(isIgnored ? ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] : []);
});

test("an invalid variable is reported once, and its default applies", () => {
  const { config, ignored } = read({
    OTEL_TRACES_SAMPLER: "never",
    OTEL_BSP_SCHEDULE_DELAY: {},
    OTEL_PROPAGATORS: 1,
    OTEL_RESOURCE_ATTRIBUTES: "=a",
  });
  expect(ignored.toSorted()).toEqual([
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_PROPAGATORS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_TRACES_SAMPLER",
  ]);
  expect(config).toEqual(read({}).config);
});
