import { expect, test } from "vitest";
import type { Build } from "../../core/config/build.ts";
import type { Tracing } from "../../core/telemetry/trace.ts";
import { toTelemetryConfig } from "../../core/telemetry/otel/config.ts";
import { createSpanTemplates, maxExampleBytes } from "./span-templates.ts";

const build: Build = { version: "1.0.0", commit: "c0ffee" };
const config = toTelemetryConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }, () => undefined)!;

/** Ends a hit, and says how many examples had to be recorded for it. */
function setUp() {
  const spanTemplates = createSpanTemplates(config, build, { export: (_bytes, done) => done(undefined) });
  return function end(like: object, variant: string): number {
    let recorded = 0;
    const begun = spanTemplates.begin({ get: () => null })!;
    spanTemplates.end(begun, like, variant, 1_800_000_000_000, 1, ({ start }: Pick<Tracing, "start">) => {
      recorded++;
      const span = start("GET", { get: () => null }, () => ({ "user_agent.original": variant }));
      span.child("cache get", {}).end();
      span.end();
    });
    return recorded;
  };
}

test("an example is recorded once, for one thing and one variant of it", () => {
  const end = setUp();
  const [one, other] = [{}, {}];
  expect([end(one, "a"), end(one, "a"), end(one, "b"), end(other, "a"), end(other, "a")]).toEqual([1, 0, 1, 1, 0]);
});

test("many variants of one thing are kept as long as there is room", () => {
  const end = setUp();
  const one = {};
  const variants = Array.from({ length: 100 }, (_, n) => `agent ${n}`);
  for (const variant of variants) end(one, variant);
  expect(variants.map((variant) => end(one, variant))).toEqual(variants.map(() => 0));
});

test("all examples together are bounded by bytes, whatever they are examples of", () => {
  const end = setUp();
  // Each is longer than this, twice: as a value of its span, and in its name.
  const long = "x".repeat(1000);
  const many = Math.ceil(maxExampleBytes / 2000);
  const things = Array.from({ length: many }, () => ({}));
  for (const thing of things) end(thing, long);
  expect(end(things.at(-1)!, long), "the last is kept").toBe(0);
  expect(end(things[0]!, long), "the first had to go").toBe(1);
});
