import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshGistId, freshSince } from "../contract/support/fresh.ts";
import { runtime } from "../contract/support/service.ts";
import { bySince, standIn } from "../contract/support/stand-in.ts";
import { useTraced } from "./support/service.ts";
import { expectTree, only, parseTraceparent, traceOf } from "./support/traces.ts";

const { service, receiver } = await useTraced();

/** The Worker has a second tier (Workers KV) and objects that give turns; the container has one if REDIS_URL is set. */
const hasShared = runtime === "worker";
const shared = (...lines: string[]) => (hasShared ? lines : []);

/** The tree of a request that found nothing and asked GitHub. */
const missTree = (route: string, status = 200) => [
  `server GET ${route} ${status} MISS`,
  `  client GET ${status}`,
  "  internal cache get memory nothing",
  ...shared("  internal cache get shared nothing", "  internal cache set shared", "  internal cache turn"),
];

describe("the trace of a request", () => {
  test("that misses: the tiers, then GitHub, which gets the call's own traceparent", async () => {
    const since = freshSince();
    const response = await service.get(`/users/octocat/gists?since=${since}&secret=unknown`, {
      headers: { "user-agent": "test-agent/1.0" },
    });
    const { traceId, spanId, sampled } = traceOf(response);
    expect(sampled).toBe(true);
    const spans = await expectTree(receiver, traceId, missTree("/users/{username}/gists"));
    const server = only(spans, (span) => span.kind === "server");
    const { hostname, port } = new URL(service.url);
    expect(server).toMatchObject({ spanId, parentSpanId: "", status: "unset", name: "GET /users/{username}/gists" });
    expect(server.attributes).toEqual({
      "http.request.method": "GET",
      "http.route": "/users/{username}/gists",
      "http.response.status_code": 200,
      "url.scheme": "http",
      "url.path": "/users/octocat/gists",
      "server.address": hostname,
      "server.port": Number(port),
      "user_agent.original": "test-agent/1.0",
      "edge_gists.cache.handling": "MISS",
      "edge_gists.upstream.calls": 1,
    });

    const client = only(spans, (span) => span.kind === "client");
    const github = new URL(service.github);
    const [call] = await standIn(service).calls(bySince(since));
    expect(client).toMatchObject({ name: "GET", parentSpanId: spanId, status: "unset" });
    expect(client.attributes).toEqual({
      "http.request.method": "GET",
      "url.full": `${service.github}${call?.path}${call?.query}`,
      "server.address": github.hostname,
      "server.port": Number(github.port),
      "http.response.status_code": 200,
      "edge_gists.budget.limit": 5000,
      "edge_gists.budget.remaining": expect.any(Number),
    });
    // Operators see GitHub's number, clients what is not reserved: 5 %.
    expect(client.attributes["edge_gists.budget.remaining"]).toBe(
      Number(response.headers.get("x-ratelimit-remaining")) + 250,
    );
    expect(parseTraceparent(call?.headers["traceparent"])).toEqual({ traceId, spanId: client.spanId, sampled: true });
    expect(client.start >= server.start && client.end <= server.end, "the call is within the request").toBe(true);
  });

  test("that hits: one look into the process's own tier", async () => {
    const path = `/octocat?since=${freshSince()}`;
    await service.get(path);
    const { traceId } = traceOf(await service.get(path));
    const spans = await expectTree(receiver, traceId, [
      "server GET /{username} 200 HIT",
      "  internal cache get memory found",
    ]);
    expect(only(spans, (span) => span.kind === "server").attributes["edge_gists.upstream.calls"]).toBe(0);
  });

  test("served by another request's call: it waits, linked to the request that made the call", async () => {
    const since = freshSince();
    const path = `/octocat?since=${since}`;
    await standIn(service).fault({ kind: "latency", ms: 300, times: 1, path: "/users/octocat" });
    const leading = service.get(path);
    await expect.poll(() => standIn(service).calls(bySince(since)), { interval: 10 }).toHaveLength(1);
    const follower = traceOf(await service.get(path));
    const leader = traceOf(await leading);
    expect(follower.traceId).not.toBe(leader.traceId);
    await expectTree(receiver, leader.traceId, missTree("/{username}"));
    const spans = await expectTree(receiver, follower.traceId, [
      "server GET /{username} 200 COALESCED",
      "  internal cache wait",
    ]);
    const wait = only(spans, (span) => span.name === "cache wait");
    expect(wait.links).toEqual([{ traceId: leader.traceId, spanId: leader.spanId }]);
    expect(await standIn(service).calls(bySince(since)), "GitHub was asked once").toHaveLength(1);
  });

  test("with a 404 from GitHub: an error of the call, not of the service", async () => {
    const { traceId } = traceOf(await service.get(`/gists/${freshGistId()}`));
    const spans = await expectTree(receiver, traceId, missTree("/gists/{gist_id}", 404));
    expect(only(spans, (span) => span.kind === "server")).toMatchObject({ status: "unset" });
    const client = only(spans, (span) => span.kind === "client");
    expect(client).toMatchObject({ status: "error", attributes: { "error.type": "404" } });
  });

  test("that fails: an error of both", async () => {
    const id = notable.letters;
    await standIn(service).fault({ kind: "status", status: 503, path: `/gists/${id}`, times: 2 });
    const response = await service.get(`/gists/${id}`);
    expect(response.status).toBe(502);
    const spans = await expectTree(receiver, traceOf(response).traceId, [
      "server GET /gists/{gist_id} 502",
      "  client GET 503",
      "  internal cache get memory nothing",
      ...shared("  internal cache get shared nothing", "  internal cache turn"),
    ]);
    for (const [kind, type] of [
      ["server", "502"],
      ["client", "503"],
    ] as const) {
      const span = only(spans, (one) => one.kind === kind);
      expect(span).toMatchObject({ status: "error", attributes: { "error.type": type } });
    }
  });

  test("that is refused: the server's span alone, without a cache's word", async () => {
    const { traceId } = traceOf(await service.get("/octocat?page=x"));
    const [span] = await expectTree(receiver, traceId, ["server GET /{username} 422"]);
    expect(span?.status).toBe("unset");
  });

  test.each([
    ["GET", "/no/such/route", "GET", "GET", undefined],
    ["DELETE", "/octocat", "DELETE /{username}", "DELETE", undefined],
    ["OPTIONS", "/octocat", "OPTIONS", "OPTIONS", undefined],
    ["PURGE", "/octocat", "HTTP /{username}", "_OTHER", "PURGE"],
  ])("%s %s is named %s", async (method, path, name, known, original) => {
    const { traceId } = traceOf(await service.get(path, { method }));
    const [span] = await expectTree(receiver, traceId, [expect.stringMatching(/^server /) as unknown as string]);
    expect(span?.name).toBe(name);
    expect(span?.attributes["http.request.method"]).toBe(known);
    expect(span?.attributes["http.request.method_original"]).toBe(original);
  });

  test.each(["/health", "/health/ready", "/metrics"])("of %s is not there: platforms ask too often", async (path) => {
    expect((await service.get(path)).headers.get("server-timing")).toBeNull();
    const { traceId } = traceOf(await service.get("/rate_limit"));
    await expectTree(receiver, traceId, ["server GET /rate_limit 200"]);
    expect(receiver.spans.filter(({ attributes }) => attributes["url.path"] === path)).toEqual([]);
  });

  test("cannot be avoided by a path that only ends like a health check", async () => {
    const { traceId } = traceOf(await service.get("/x://y/health"));
    await expectTree(receiver, traceId, ["server GET 404"]);
  });
});

test("no span holds a token, a query or another's credentials", async () => {
  const response = await service.get(`/octocat?since=${freshSince()}&key=s3cr3t-1`, {
    headers: { authorization: "Bearer s3cr3t-2", cookie: "a=s3cr3t-3", "x-api-key": "s3cr3t-4", tracestate: "v=1" },
  });
  await expectTree(receiver, traceOf(response).traceId, missTree("/{username}"));
  const raw = receiver.requests.map(({ bytes }) => bytes.toString("latin1")).join("");
  expect(raw).toContain("/users/octocat/gists");
  expect(raw).not.toMatch(/s3cr3t|good-contract|authorization|bearer/i);
});

test("a long value is cut: spans wait in memory", async () => {
  const { traceId } = traceOf(await service.get("/rate_limit", { headers: { "user-agent": "x".repeat(5000) } }));
  const [span] = await expectTree(receiver, traceId, ["server GET /rate_limit 200"]);
  expect(span?.attributes["user_agent.original"]).toBe("x".repeat(1024));
});
