import { describe, expect, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { type OwnService, startBeside } from "../../contract/support/service.ts";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import type { Target } from "../../../harness/target.ts";
import { useTraced } from "../support/service.ts";
import { toTree, traceOf } from "../support/traces.ts";

/** Exported by time alone, nothing would be exported while these tests run. */
const never = { OTEL_BSP_SCHEDULE_DELAY: "600000" };

// Not on Windows: it has no SIGTERM, a process is just ended.
describe.skipIf(process.platform === "win32")("SIGTERM", async () => {
  const { service, receiver } = await useTraced(never);
  const start = (env: Record<string, string> = {}) =>
    startBeside(service as OwnService, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...never, ...env });
  const end = (target: Target) => {
    target.process?.kill("SIGTERM");
    return target.process?.exited;
  };
  const treeOf = (traceId: string) => toTree(receiver.spans.filter((span) => span.traceId === traceId));

  test("exports the spans of the last request", async () => {
    const target = await start();
    const { traceId } = traceOf(await fetch(`${target.url}/octocat?since=${freshSince()}`));
    expect(treeOf(traceId), "not exported before").toEqual([]);
    expect(await end(target)).toEqual({ code: 0, signal: null });
    expect(treeOf(traceId)).toEqual([
      "server GET /{username} 200 MISS",
      "  client GET 200",
      "  internal cache get memory nothing",
    ]);
  });

  test("exports the spans of a request that was in flight", async () => {
    const target = await start();
    const since = freshSince();
    await standIn(service).fault({ kind: "latency", ms: 500, path: "/users/octocat", times: 1 });
    const answer = fetch(`${target.url}/octocat?since=${since}`);
    await expect.poll(() => standIn(service).calls(bySince(since)), { interval: 10 }).toHaveLength(1);
    const exited = end(target);
    const { traceId } = traceOf(await answer);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(treeOf(traceId)).toHaveLength(3);
  });

  test.each(["hang", { status: 503 }] as const)("is not held up by a receiver that fails (%s)", async (manner) => {
    receiver.behave(manner);
    const target = await start();
    await fetch(`${target.url}/rate_limit`);
    const before = performance.now();
    expect(await end(target)).toEqual({ code: 0, signal: null });
    expect(performance.now() - before, "3 s are given to the last export").toBeLessThan(5000);
    receiver.behave("accept");
  });
});
