import { describe, expect, test } from "vitest";
import { freshSince } from "../contract/support/fresh.ts";
import { runtime } from "../contract/support/service.ts";
import { bySince, standIn } from "../contract/support/stand-in.ts";
import { useTraced } from "./support/service.ts";
import { freshParent, only, parseTraceparent, spansOf, traceOf } from "./support/traces.ts";

const { service, receiver } = await useTraced();

/** Spans of a miss: the Worker exports those of its tiers and objects too, some of them earlier. */
const missSpans = runtime === "worker" ? 6 : 3;

/** Misses with these header fields: the response, and the fields sent to GitHub. */
async function miss(headers: Record<string, string>) {
  const since = freshSince();
  const response = await service.get(`/octocat?since=${since}`, { headers });
  expect(response.status).toBe(200);
  const [call] = await standIn(service).calls(bySince(since));
  return { trace: traceOf(response), sent: call?.headers ?? {} };
}

/** Spans of a request of which nothing may be exported are not there once those of a later one are. */
async function waitForLater(): Promise<void> {
  const { traceId } = traceOf(await service.get("/rate_limit"));
  await spansOf(receiver, traceId, 1);
}

describe("a caller's trace context", () => {
  test("that is sampled is continued, up to GitHub", async () => {
    const parent = freshParent(true);
    const { trace, sent } = await miss({ traceparent: parent.header, tracestate: "vendor=a,other=b" });
    expect(trace).toMatchObject({ traceId: parent.traceId, sampled: true });
    expect(trace.spanId).not.toBe(parent.spanId);
    const spans = await spansOf(receiver, parent.traceId, missSpans);
    const server = only(spans, (span) => span.kind === "server");
    const client = only(spans, (span) => span.kind === "client");
    expect(server).toMatchObject({ parentSpanId: parent.spanId, spanId: trace.spanId, traceState: "vendor=a,other=b" });
    expect(parseTraceparent(sent["traceparent"])).toEqual({
      traceId: parent.traceId,
      spanId: client.spanId,
      sampled: true,
    });
    expect(sent["tracestate"]).toBe("vendor=a,other=b");
  });

  test("that is not sampled is passed on, and nothing is exported", async () => {
    const parent = freshParent(false);
    const { trace, sent } = await miss({ traceparent: parent.header });
    expect(trace).toMatchObject({ traceId: parent.traceId, sampled: false });
    expect(parseTraceparent(sent["traceparent"])).toMatchObject({ traceId: parent.traceId, sampled: false });
    await waitForLater();
    expect(receiver.spans.filter((span) => span.traceId === parent.traceId)).toEqual([]);
  });

  test.each([
    ["of zeros", `00-${"0".repeat(32)}-${"1".repeat(16)}-01`],
    ["of a zero span", `00-${"1".repeat(32)}-${"0".repeat(16)}-01`],
    ["of version ff", `ff-${"1".repeat(32)}-${"1".repeat(16)}-01`],
    ["in capitals", `00-${"A".repeat(32)}-${"1".repeat(16)}-01`],
    ["too short", "00-1-1-01"],
    ["with more behind it", `00-${"1".repeat(32)}-${"1".repeat(16)}-01-more`],
    ["of no sense", "'; DROP TABLE spans; --"],
    ["twice", `00-${"1".repeat(32)}-${"1".repeat(16)}-01, 00-${"2".repeat(32)}-${"1".repeat(16)}-01`],
  ])("%s is none: a new trace begins", async (_what, traceparent) => {
    const { trace, sent } = await miss({ traceparent, tracestate: "vendor=a" });
    expect(trace.traceId).not.toMatch(/^(0+|1+|2+|a+)$/i);
    const [server] = await spansOf(receiver, trace.traceId, missSpans).then((spans) =>
      spans.filter(({ kind }) => kind === "server"),
    );
    expect(server?.parentSpanId).toBe("");
    expect(parseTraceparent(sent["traceparent"]).traceId).toBe(trace.traceId);
  });

  test("with baggage: GitHub gets none of it", async () => {
    const { sent } = await miss({ traceparent: freshParent(true).header, baggage: "user=s3cr3t" });
    expect(sent).not.toHaveProperty("baggage");
    expect(JSON.stringify(sent)).not.toContain("s3cr3t");
  });
});

test("requests without one get traces of their own", async () => {
  const [one, other] = await Promise.all([miss({}), miss({})]);
  expect(one.trace.traceId).not.toBe(other.trace.traceId);
});
