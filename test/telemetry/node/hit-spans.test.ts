import { expect, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { useTraced } from "../support/service.ts";
import { expectTree, freshParent, only, spansOf, traceOf } from "../support/traces.ts";

const { service, receiver } = await useTraced();

test("a hit's spans say what the request says, whichever came before", async () => {
  const path = `/octocat?since=${freshSince()}`;
  await service.get(path);
  for (const agent of ["one/1.0", "another/2.0", "one/1.0", "x".repeat(5000)]) {
    for (const parent of [undefined, freshParent(true)]) {
      const before = Date.now() - 1;
      const response = await service.get(path, {
        headers: { "user-agent": agent, ...(parent && { traceparent: parent.header }) },
      });
      const { traceId, spanId } = traceOf(response);
      const spans = await expectTree(receiver, traceId, [
        "server GET /{username} 200 HIT",
        "  internal cache get memory found",
      ]);
      const server = only(spans, ({ kind }) => kind === "server");
      const { hostname, port } = new URL(service.url);
      expect(server).toMatchObject({ spanId, parentSpanId: parent?.spanId ?? "", name: "GET /{username}" });
      expect(traceId === parent?.traceId).toBe(parent !== undefined);
      expect(server.attributes).toEqual({
        "http.request.method": "GET",
        "http.route": "/{username}",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "url.path": "/octocat",
        "server.address": hostname,
        "server.port": Number(port),
        "user_agent.original": agent.slice(0, 1024),
        "edge_gists.cache.handling": "HIT",
        "edge_gists.upstream.calls": 0,
      });
      expect(server.start >= BigInt(before) * 1_000_000n).toBe(true);
      expect(server.end >= server.start && server.end <= BigInt(Date.now() + 1) * 1_000_000n).toBe(true);
    }
  }
});

test("a hit of a caller that does not sample is not exported", async () => {
  const path = `/octocat?since=${freshSince()}`;
  await service.get(path);
  const parent = freshParent(false);
  expect(traceOf(await service.get(path, { headers: { traceparent: parent.header } }))).toMatchObject({
    traceId: parent.traceId,
    sampled: false,
  });
  await spansOf(receiver, traceOf(await service.get(path)).traceId, 2);
  expect(receiver.spans.filter(({ traceId }) => traceId === parent.traceId)).toEqual([]);
});

test("many hits at once: no span is lost, and no two have the same id", async () => {
  const path = `/octocat?since=${freshSince()}`;
  await service.get(path);
  const traces = await Promise.all(Array.from({ length: 300 }, async () => traceOf(await service.get(path))));
  const ids = new Set(traces.map(({ traceId }) => traceId));
  expect(ids.size).toBe(300);
  const found = () => receiver.spans.filter(({ traceId }) => ids.has(traceId));
  await expect.poll(() => found().length, { timeout: 8000 }).toBe(600);
  expect(new Set(found().map(({ spanId }) => spanId)).size).toBe(600);
});
