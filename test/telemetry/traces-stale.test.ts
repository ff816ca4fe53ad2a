import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshSince } from "../contract/support/fresh.ts";
import { type OwnService, runtime } from "../contract/support/service.ts";
import { standIn } from "../contract/support/stand-in.ts";
import { useTraced } from "./support/service.ts";
import { expectTree, only, traceOf } from "./support/traces.ts";

const shared = (...lines: string[]) => (runtime === "worker" ? lines : []);

/** Sends requests until the cache has the expected outcome; returns the first such response: it began the refresh. */
async function askUntil(service: OwnService, path: string, status: RegExp): Promise<Response> {
  let response: Response | undefined;
  await expect
    .poll(async () => (response = await service.get(path)).headers.get("cache-status"), { timeout: 5000, interval: 50 })
    .toMatch(status);
  return response ?? expect.fail("no response");
}

describe("a stale response that is refreshed in the background", async () => {
  const { service, receiver } = await useTraced({
    CACHE_TTL_SECONDS: "1",
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: "3600",
  });

  test("has the refresh in its own trace, ending after the response", async () => {
    const path = `/octocat?since=${freshSince()}`;
    await service.get(path);
    await standIn(service).fault({ kind: "latency", ms: 200, path: "/users/octocat" });
    const response = await askUntil(service, path, /; hit; ttl=(0|-\d+)$/);
    const spans = await expectTree(receiver, traceOf(response).traceId, [
      "server GET /{username} 200 STALE",
      "  client GET 304",
      "  internal cache get memory found",
      ...shared("  internal cache get shared found", "  internal cache set shared", "  internal cache turn"),
    ]);
    const server = only(spans, (span) => span.kind === "server");
    const client = only(spans, (span) => span.kind === "client");
    expect(server.attributes["edge_gists.upstream.calls"], "none before the response").toBeLessThanOrEqual(1);
    expect(client.end > server.end, "nobody waited for GitHub").toBe(true);
    await standIn(service).fault();
  });
});

describe("a stale response because of a failure", async () => {
  const { service, receiver } = await useTraced({
    CACHE_TTL_SECONDS: "1",
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
    UPSTREAM_RETRIES: "0",
  });

  test("says so on the request's span, and the failed call is there", async () => {
    const path = `/gists/${notable.letters}`;
    expect((await service.get(path)).status).toBe(200);
    await standIn(service).fault({ kind: "status", status: 500, path, times: 1 });
    const response = await askUntil(service, path, /detail=bad-gateway/);
    const spans = await expectTree(receiver, traceOf(response).traceId, [
      "server GET /gists/{gist_id} 200 STALE_ON_ERROR",
      "  client GET 500",
      "  internal cache get memory found",
      ...shared("  internal cache get shared found", "  internal cache turn"),
    ]);
    const server = only(spans, (span) => span.kind === "server");
    expect(server).toMatchObject({
      status: "unset",
      attributes: { "edge_gists.cache.bridged": "bad-gateway", "edge_gists.upstream.calls": 1 },
    });
    const client = only(spans, (span) => span.kind === "client");
    expect(client).toMatchObject({ status: "error", attributes: { "error.type": "500" } });
  });

  test("revalidated again: GitHub's 304 in the trace", async () => {
    const path = `/gists/${notable.blank}`;
    expect((await service.get(path)).status).toBe(200);
    const response = await askUntil(service, path, /fwd=stale; fwd-status=304/);
    await expectTree(receiver, traceOf(response).traceId, [
      "server GET /gists/{gist_id} 200 REVALIDATED",
      "  client GET 304",
      "  internal cache get memory found",
      ...shared("  internal cache get shared found", "  internal cache set shared", "  internal cache turn"),
    ]);
  });
});
