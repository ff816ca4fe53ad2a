import { expect, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { useTraced } from "../support/service.ts";
import { expectTree, spansOf, traceOf } from "../support/traces.ts";

// By time alone, nothing would be exported while these tests run: what arrives was flushed by waitUntil.
const { service, receiver } = await useTraced({ OTEL_BSP_SCHEDULE_DELAY: "600000" });

test("the spans of a request are exported after its response, those of background work too", async () => {
  const { traceId } = traceOf(await service.get(`/octocat?since=${freshSince()}`));
  await expectTree(receiver, traceId, [
    "server GET /{username} 200 MISS",
    "  client GET 200",
    "  internal cache get memory nothing",
    "  internal cache get shared nothing",
    "  internal cache set shared",
    "  internal cache turn",
  ]);
});

test("the spans of many at once are all exported", async () => {
  const traces = await Promise.all(
    Array.from({ length: 25 }, async () => traceOf(await service.get(`/octocat?since=${freshSince()}`))),
  );
  for (const { traceId } of traces) expect(await spansOf(receiver, traceId, 6)).toHaveLength(6);
});

test("a client that goes away early takes no spans with it", async () => {
  const since = freshSince();
  await standIn(service).fault({ kind: "latency", ms: 300, times: 1, path: "/users/octocat" });
  const controller = new AbortController();
  const asking = service.get(`/octocat?since=${since}`, { signal: controller.signal }).catch(() => "gone");
  await expect
    .poll(
      async () => (await standIn(service).calls()).filter(({ query }) => query.includes(encodeURIComponent(since))),
      { interval: 10 },
    )
    .toHaveLength(1);
  controller.abort();
  expect(await asking).toBe("gone");
  const calls = () =>
    receiver.spans.filter(({ attributes }) => String(attributes["url.full"]).includes(encodeURIComponent(since)));
  await expect.poll(calls, { timeout: 5000, interval: 20 }).toHaveLength(1);
});
