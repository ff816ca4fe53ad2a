import { afterAll, describe, expect, inject, test } from "vitest";
import "../targets/provided.ts";
import { startTarget } from "../../harness/start-target.ts";
import type { Env, Target } from "../../harness/target.ts";
import { startReceiver } from "./support/receiver.ts";
import { scheduleDelay } from "./support/service.ts";
import { freshParent, spansOf, traceOf } from "./support/traces.ts";

const receiver = await startReceiver();
afterAll(() => receiver.close());

/** An instance that a test ends itself: ending flushes. It has no GitHub, and needs none. */
function start(env: Env): Promise<Target> {
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: String(scheduleDelay) };
  return startTarget({
    runtime: inject("runtime"),
    github: "http://127.0.0.1:9",
    env: { ...tracing, ...env },
    worker: inject("worker"),
  });
}

/** Requests paths that need no call to GitHub. */
function ask(target: Target, traceparent?: string): Promise<Response> {
  return fetch(`${target.url}/rate_limit`, { headers: traceparent === undefined ? {} : { traceparent } });
}

/** A sampler, and whether it samples a request without a parent, with a sampled one, with an unsampled one. */
const samplers: [name: string, argument: string, root: boolean, sampled: boolean, unsampled: boolean][] = [
  ["", "", true, true, false],
  ["always_on", "", true, true, true],
  ["always_off", "", false, false, false],
  ["traceidratio", "1", true, true, true],
  ["traceidratio", "0", false, false, false],
  ["parentbased_always_on", "", true, true, false],
  ["parentbased_always_off", "", false, true, false],
  ["parentbased_traceidratio", "0", false, true, false],
  ["parentbased_traceidratio", "1", true, true, false],
];

test.each(samplers)(
  "OTEL_TRACES_SAMPLER=%s OTEL_TRACES_SAMPLER_ARG=%s decides as it should, and that is exported",
  async (name, argument, ...expected) => {
    const target = await start({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });
    const parents = [undefined, freshParent(true), freshParent(false)];
    const traces = [];
    for (const parent of parents) traces.push(traceOf(await ask(target, parent?.header)));
    for (const { traceId, sampled } of traces) if (sampled) await spansOf(receiver, traceId, 1);
    // Ending flushes: every exported span is present then.
    await target.stop();
    expect(traces.map(({ sampled }) => sampled)).toEqual(expected);
    for (const [index, parent] of parents.entries()) if (parent) expect(traces[index]?.traceId).toBe(parent.traceId);
    const exported = traces.map(({ traceId }) => receiver.spans.some((span) => span.traceId === traceId));
    expect(exported).toEqual(expected);
  },
);

test("a ratio between samples about that part", async () => {
  const target = await start({ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.5" });
  const traces = await Promise.all(Array.from({ length: 200 }, async () => traceOf(await ask(target))));
  await target.stop();
  const sampled = traces.filter((trace) => trace.sampled).length;
  // Five standard deviations of a fair coin: 100, and 35 either way.
  expect(sampled).toBeGreaterThan(65);
  expect(sampled).toBeLessThan(135);
});

describe("with", () => {
  test.each([
    ["no endpoint", { OTEL_EXPORTER_OTLP_ENDPOINT: "" }],
    ["OTEL_SDK_DISABLED=true", { OTEL_SDK_DISABLED: "true" }],
  ])("%s nothing is traced or said", async (_what, env) => {
    const target = await start(env as unknown as Env);
    const before = receiver.requests.length;
    const response = await ask(target, freshParent(true).header);
    await target.stop();
    expect(response.status).toBe(200);
    expect(response.headers.get("server-timing")).toBeNull();
    expect(receiver.requests.length).toBe(before);
  });
});
