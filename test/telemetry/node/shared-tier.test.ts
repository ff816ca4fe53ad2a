import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { startBeside } from "../../contract/support/service.ts";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import { hasRedis, startRedis } from "../../support/redis-server.ts";
import type { Target } from "../../../harness/target.ts";
import { scheduleDelay, useTraced } from "../support/service.ts";
import { expectTree, only, traceOf } from "../support/traces.ts";

describe.skipIf(!hasRedis())("with a Redis that two processes share", async () => {
  const redis = hasRedis() ? await startRedis() : undefined;
  const { service, receiver } = await useTraced({ REDIS_URL: redis?.url ?? "" });
  let second: Target;
  beforeAll(async () => {
    second = await startBeside(service, {
      REDIS_URL: redis?.url ?? "",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: String(scheduleDelay),
    });
  });
  afterAll(async () => {
    await second.stop();
    await redis?.stop();
  });

  test("a miss looks into both tiers, and writes to the shared one in the background", async () => {
    const { traceId } = traceOf(await service.get(`/octocat?since=${freshSince()}`));
    await expectTree(receiver, traceId, [
      "server GET /{username} 200 MISS",
      "  client GET 200",
      "  internal cache get memory nothing",
      "  internal cache get shared nothing",
      "  internal cache set shared",
    ]);
  });

  test("what one process stored, the other finds in the shared tier", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const first = traceOf(await service.get(path));
    // Written in the background.
    const isWritten = () => receiver.spans.some((span) => span.traceId === first.traceId && span.name === "cache set");
    await expect.poll(isWritten, { timeout: 5000, interval: 20 }).toBe(true);
    const { traceId } = traceOf(await fetch(`${second.url}${path}`));
    await expectTree(receiver, traceId, [
      "server GET /{username} 200 HIT",
      "  internal cache get memory nothing",
      "  internal cache get shared found",
    ]);
  });

  test("a process waits while the other asks GitHub", async () => {
    const since = freshSince();
    const path = `/octocat?since=${since}`;
    await standIn(service).fault({ kind: "latency", ms: 300, times: 1, path: "/users/octocat" });
    const asking = service.get(path);
    await expect.poll(() => standIn(service).calls(bySince(since)), { interval: 10 }).toHaveLength(1);
    const { traceId } = traceOf(await fetch(`${second.url}${path}`));
    await asking;
    const spans = await expectTree(receiver, traceId, [
      "server GET /{username} 200 COALESCED",
      "  internal cache get memory nothing",
      "  internal cache get shared nothing",
      "  internal cache lease wait",
    ]);
    const wait = only(spans, ({ name }) => name === "cache lease wait");
    expect(Number(wait.end - wait.start) / 1e6, "milliseconds").toBeGreaterThan(50);
    expect(await standIn(service).calls(bySince(since))).toHaveLength(1);
  });
});
