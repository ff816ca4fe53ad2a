import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { expect, test, vi } from "vitest";
import type { Build } from "../../core/config/build.ts";
import { toTelemetryConfig } from "../../core/telemetry/otel/config.ts";
import { createSpanTemplates, maxTemplateBytes } from "./span-templates.ts";

const build: Build = { version: "1.0.0", commit: "c0ffee" };
const config = toTelemetryConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }, () => undefined)!;

/** Ends a hit, and returns the number of templates that had to be recorded for it. */
function setUp() {
  const spanTemplates = createSpanTemplates(config, build, { export: (_bytes, done) => done(undefined) });
  const encode = vi.spyOn(ProtobufTraceSerializer, "serializeRequest");
  return function end(path: string, agent?: string, status = 200): number {
    encode.mockClear();
    const attributes = { "url.path": path, "user_agent.original": agent };
    const span = spanTemplates.start("GET", { get: () => null }, () => attributes, `${path}\n${agent}`)!;
    span.child("cache get", {}).end();
    span.set({ "http.response.status_code": status });
    span.end();
    return encode.mock.calls.length;
  };
}

test("a template is recorded once, for one path and one variant of its request and response", () => {
  const end = setUp();
  const ends = [end("/a", "x"), end("/a", "x"), end("/a", "y"), end("/b", "y"), end("/b", "y"), end("/b", "y", 304)];
  expect(ends).toEqual([1, 0, 1, 1, 0, 1]);
});

test("many variants of one path are kept while there is room", () => {
  const end = setUp();
  const variants = Array.from({ length: 100 }, (_, n) => `agent ${n}`);
  for (const variant of variants) end("/a", variant);
  expect(variants.map((variant) => end("/a", variant))).toEqual(variants.map(() => 0));
});

test("all templates together are limited in bytes", () => {
  const end = setUp();
  // Each template is longer than this, twice: as a value of its span, and in its key.
  const long = "x".repeat(1000);
  const paths = Array.from({ length: Math.ceil(maxTemplateBytes / 2000) }, (_, n) => `/${n}`);
  for (const path of paths) end(path, long);
  expect(end(paths.at(-1)!, long), "the last is kept").toBe(0);
  expect(end(paths[0]!, long), "the first had to go").toBe(1);
});
