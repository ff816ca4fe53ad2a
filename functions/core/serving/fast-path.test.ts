import type { Peer } from "../model.ts";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes, Trace, Tracing } from "../telemetry/trace.ts";
import { toPurge } from "../../../test/support/layers.ts";
import { createService, type Service } from "../../../test/support/ports.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const origin = "http://gists.test";
let service: Service;
beforeEach(() => {
  service = createService();
});

interface Spelling {
  method?: string;
  target: string;
  headers?: Record<string, string>;
  trusted?: boolean;
}

function peerOf({ target, trusted = false }: Spelling): Peer {
  return { trusted, rawTarget: target };
}

/** The response of the router, as a server would ask for it. */
async function viaRouter(spelling: Spelling) {
  const { method = "GET", target, headers } = spelling;
  const request = new Request(`${origin}${target}`, { method, headers: { host: "gists.test", ...headers } });
  const response = await service.app.fetch(request, peerOf(spelling));
  const body = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, fields: Object.fromEntries(response.headers), body };
}

/** The response of the fast path; undefined if the router has to be asked. */
function viaFastPath(spelling: Spelling) {
  const headers = new Headers({ host: "gists.test", ...spelling.headers });
  const answer = service.app.fastPath({
    method: spelling.method ?? "GET",
    target: spelling.target,
    get: (name) => headers.get(name),
    peer: { trusted: spelling.trusted ?? false },
  });
  if (!answer) return undefined;
  const fields = [...answer.fields, ...(answer.extraFields ?? [])];
  const pairs = Array.from({ length: fields.length / 2 }, (_, index) => fields.slice(index * 2, index * 2 + 2));
  return {
    status: answer.status,
    fields: Object.fromEntries(pairs) as Record<string, string>,
    body: answer.body ?? new Uint8Array(),
  };
}

describe("the fast path", () => {
  test("is open once the router has seen the same request", async () => {
    const spelling = { target: "/users/octocat/gists?per_page=3" };
    expect(viaFastPath(spelling)).toBeUndefined();
    await viaRouter(spelling);
    const answer = viaFastPath(spelling);
    expect(answer?.fields["cache-status"]).toBe("EdgeGists; hit; ttl=60");
    expect(answer).toEqual(await viaRouter(spelling));
  });

  test.each<[string, Spelling]>([
    ["HEAD", { method: "HEAD", target: "/octocat" }],
    ["a validator", { target: "/octocat", headers: { "if-none-match": "*" } }],
    ["a validator that does not hold", { target: "/octocat", headers: { "if-none-match": '"other"' } }],
    ["another version", { target: "/octocat", headers: { "x-github-api-version": "2026-03-10" } }],
    ["a media type", { target: "/gists/1169854", headers: { accept: "application/vnd.github.raw+json" } }],
    ["an origin", { target: "/octocat", headers: { origin: "https://a.example" } }],
    ["a trusted proxy", { target: "/octocat", trusted: true, headers: { "x-forwarded-host": "b.example" } }],
    ["an untrusted proxy", { target: "/octocat", headers: { "x-forwarded-host": "b.example" } }],
  ])("says what the router says, with %s", async (_, spelling) => {
    await viaRouter({ ...spelling, method: "GET" });
    service.step(2500);
    const answer = viaFastPath(spelling);
    expect(answer).toBeDefined();
    expect(answer).toEqual(await viaRouter(spelling));
  });

  test.each<[string, Record<string, string>]>([
    ["any host", {}],
    ["hosts that are listed", { PUBLIC_HOSTS: "gists.test,https://a.example" }],
  ])("never differs from the router, however requests are spelled: %s", async (_, hosts) => {
    const spelling = fc.record({
      method: fc.constantFrom("GET", "HEAD"),
      target: fc.constantFrom(
        "/octocat",
        "/Octocat",
        "/octocat?per_page=2",
        "/octocat?page=1",
        "/gists/1169854",
        "/gists",
      ),
      trusted: fc.boolean(),
      headers: fc.record(
        {
          accept: fc.constantFrom("*/*", "application/json", "application/vnd.github.raw+json", "text/html"),
          "x-github-api-version": fc.constantFrom("2022-11-28", "2026-03-10", "1999-01-01"),
          "x-forwarded-host": fc.constantFrom("a.example", "b.example", "<evil>"),
          "x-forwarded-proto": fc.constantFrom("https", "javascript"),
          "x-forwarded-for": fc.constantFrom("192.0.2.1"),
          via: fc.constantFrom("1.1 cache"),
          host: fc.constantFrom("gists.test", "other.test", "localhost:8080"),
          "if-none-match": fc.constantFrom("*", '"x"'),
        },
        { requiredKeys: [] },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(spelling, fc.nat(20_000)), { maxLength: 12 }), async (steps) => {
        service = createService({ env: { CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0", ...hosts } });
        for (const [asked, pause] of steps) {
          service.step(pause);
          const answer = viaFastPath(asked);
          if (answer) expect(answer).toEqual(await viaRouter(asked));
          else await viaRouter(asked);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("ends with the entry's time, and with the entry", async () => {
    const spelling = { target: "/octocat" };
    await viaRouter(spelling);
    service.step(59_999);
    expect(viaFastPath(spelling)?.fields).toMatchObject({ age: "59", "cache-control": "public, max-age=60" });
    service.step(1);
    expect(viaFastPath(spelling)).toBeUndefined();
  });

  test("ends with a purge, in the same moment", async () => {
    const spelling = { target: "/octocat" };
    const keys: string[] = [];
    const { store } = service.ports;
    service = createService({ ports: { store: { ...store, watch: (key) => (keys.push(key), store.watch(key)) } } });
    await viaRouter(spelling);
    expect(viaFastPath(spelling)).toBeDefined();
    void store.purge(toPurge(keys[0]!));
    expect(viaFastPath(spelling)).toBeUndefined();
  });

  test("gives nothing that the router would ask GitHub for once the clock was set back", async () => {
    const spelling = { target: "/octocat" };
    await viaRouter(spelling);
    const age = () => Number(viaFastPath(spelling)?.fields["age"]);
    service.step(-30_000);
    expect(age(), "clocks may differ by so much").toBe(0);
    expect((await service.ports.metrics.expose(undefined)).body).toContain("\ncache_entry_age_seconds_sum 0\n");
    service.step(-86_400_000);
    expect(viaFastPath(spelling)).toBeUndefined();
    const renewed = await viaRouter(spelling);
    expect(renewed.fields).toMatchObject({ age: "0", "cache-control": "public, max-age=60" });
    expect(renewed.fields["cache-status"]).toContain("fwd=stale");
    expect(viaFastPath(spelling)?.fields["cache-status"]).toBe("EdgeGists; hit; ttl=60");
  });

  test.each(["*", ""])("says of what is gone that it is, whatever the client has: If-None-Match %j", async (tag) => {
    const spelling = { target: "/gists/1169854", headers: { "if-none-match": tag } };
    await viaRouter(spelling);
    service.github.remove("1169854");
    service.step(100_000);
    await viaRouter(spelling);
    expect(viaFastPath(spelling)?.status).toBe(404);
  });

  test("tells the budget as it is now", async () => {
    const spelling = { target: "/octocat" };
    await viaRouter(spelling);
    const before = Number(viaFastPath(spelling)?.fields["x-ratelimit-remaining"]);
    await viaRouter({ target: "/hubot" });
    expect(Number(viaFastPath(spelling)?.fields["x-ratelimit-remaining"])).toBe(before - 1);
  });

  test.each<[string, Spelling]>([
    ["another method", { method: "POST", target: "/octocat" }],
    ["a declared body", { target: "/octocat", headers: { "content-length": "5" } }],
    ["a transfer coding", { target: "/octocat", headers: { "transfer-encoding": "chunked" } }],
    ["no host", { target: "/octocat", headers: { host: "" } }],
    ["two hosts that ask for the health response", { target: "/health", headers: { host: "a.test, b.test" } }],
    ["an error", { target: "/no-such-user-here" }],
    ["what is not data", { target: "/health/ready" }],
  ])("is closed to %s", async (_, spelling) => {
    await viaRouter({ target: "/octocat" });
    await viaRouter({ ...spelling, method: "GET" });
    expect(viaFastPath(spelling)).toBeUndefined();
  });

  test.each(["GET", "HEAD"])("has the health response at once, as the router has it: %s", async (method) => {
    const spelling = { method, target: "/health", headers: { origin: "https://site.example" } };
    const first = viaFastPath(spelling);
    expect(first).toMatchObject({ status: 200 });
    expect(first).toEqual(await viaRouter(spelling));
    const { body } = await service.ports.metrics.expose(undefined);
    expect(body).toContain(`http_requests_total{method="${method}",route="/health",status="200"} 2`);
  });

  test.each(["a:99999", "a:-1", "a:80:80", "[::1", "a b", "a/b", "u@a"])(
    "leaves it to the router whether %j is a host, for the health response too",
    (host) => expect(viaFastPath({ target: "/health", headers: { host } })).toBeUndefined(),
  );

  test("remembers no target with a parameter that its route does not know", async () => {
    for (const target of ["/octocat?x=1", "/octocat?per_page=3&utm_source=a", "/gists/1169854?page=1"]) {
      await viaRouter({ target });
      expect(viaFastPath({ target })).toBeUndefined();
    }
  });

  test("remembers spellings within an eighth of the cache's bound, the latest used", async () => {
    service = createService({ env: { CACHE_MAX_BYTES: "65536" } });
    // Any case of a login is one resource.
    const targets = Array.from("hubot", (_, n) => `/${"HUBOT".slice(0, n)}${"hubot".slice(n)}`);
    for (const target of targets) await viaRouter({ target });
    const known = targets.filter((target) => viaFastPath({ target }));
    expect(known.length).toBeGreaterThan(1);
    expect(known.length).toBeLessThan(targets.length);
    expect(known).toEqual(targets.slice(-known.length));
    const { body } = await service.ports.metrics.expose(undefined);
    const bytes = Number(/^cache_spellings_bytes (\d+)$/m.exec(body)?.[1]);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(65_536 / 8);
  });

  test("keeps no entry that the cache has let go", async () => {
    const spelling = { target: "/octocat" };
    let bodies = 0;
    const registry = new FinalizationRegistry(() => (bodies += 1));
    const { store } = service.ports;
    const { set } = store;
    store.set = (key, entry, ...rest) => {
      registry.register(entry.body, undefined);
      return set(key, entry, ...rest);
    };
    await viaRouter(spelling);
    expect(viaFastPath(spelling)).toBeDefined();
    await store.delete("2022-11-28,json,users,octocat,gists,page=1,per_page=30");
    expect(viaFastPath(spelling)).toBeUndefined();
    await expect
      .poll(() => {
        collectGarbage();
        return bodies;
      })
      .toBe(1);
  });

  test("remembers no spelling that is very long", async () => {
    const spelling = { target: `/octocat?ignored=${"a".repeat(600)}` };
    await viaRouter(spelling);
    expect(viaFastPath(spelling)).toBeUndefined();
  });

  test("gives requests of which spans say something else different keys", async () => {
    const seen = new Map<string, Attributes>();
    const trace: Trace = {
      traceId: "1".repeat(32),
      spanId: "1".repeat(16),
      sampled: true,
      traceparent: "",
      headers: () => ({}),
      set: () => undefined,
      rename: () => undefined,
      end: () => undefined,
      child: () => trace,
    };
    const start: Tracing["start"] = (name, _headers, toAttributes, hitKey) => {
      if (hitKey === undefined) return trace;
      const described = { name, ...toAttributes() };
      expect(seen.get(hitKey) ?? described).toEqual(described);
      seen.set(hitKey, described);
      return trace;
    };
    service = createService({ ports: { tracing: { start, flush: async () => undefined } } });
    const requests = ["/octocat", "/octocat?page=1", "/Octocat"].flatMap((target) =>
      ["gists.test", "gists.test:8080"].flatMap((host) =>
        [undefined, "", "null", "undefined", "agent"].map((agent) => ({
          target,
          headers: { host, ...(agent !== undefined && { "user-agent": agent }) },
        })),
      ),
    );
    for (const request of requests) await viaRouter(request);
    for (const request of requests) {
      expect(viaFastPath(request)).toBeDefined();
      expect(viaFastPath({ ...request, method: "HEAD" })).toBeDefined();
    }
    expect(seen.size).toBe(requests.length * 2);
  });

  test("counts and logs as the router does", async () => {
    const spelling = { target: "/octocat" };
    await viaRouter(spelling);
    const { body: before } = await service.ports.metrics.expose(undefined);
    for (let count = 0; count < 3; count++) viaFastPath(spelling);
    const { body: after } = await service.ports.metrics.expose(undefined);
    const read = (text: string, series: string) =>
      Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${series} `))
          ?.split(" ")[1] ?? 0,
      );
    for (const series of [
      'http_requests_total{method="GET",route="/{username}",status="200"}',
      'http_request_duration_seconds_count{method="GET",route="/{username}"}',
      'http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/{username}"}',
      'cache_results_total{handling="HIT"}',
      "cache_hits_total",
      "cache_entry_age_seconds_count",
    ]) {
      expect(read(after, series) - read(before, series), series).toBe(3);
    }
    const lines = service.log.filter(({ message, fields }) => message === "request" && fields["handling"] === "HIT");
    expect(lines).toHaveLength(3);
    expect(lines[0]?.fields).toMatchObject({ method: "GET", route: "/{username}", status: 200, upstream_calls: 0 });
  });
});
