import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createService, linksOf, origin, seen, type Service, toPeer } from "../../../test/support/ports.ts";

const local = [
  "/",
  "/docs",
  "/health",
  "/health/ready",
  "/rate_limit",
  "/openapi.json",
  "/robots.txt",
  "/no/such",
  "/_x",
];
const github = ["/octocat", "/users/octocat/gists?page=2", "/gists/public", "/users/nobody-here/gists"];

/** Responses of one service that has already called GitHub for all of them, so that no later call changes them. */
async function createWarm(env: Record<string, string> = {}): Promise<Service> {
  const service = createService({ env });
  for (const path of github) await service.get(path);
  return service;
}

const hostile = fc.oneof(
  fc.constantFrom(
    "evil.example",
    "https",
    "javascript",
    "127.0.0.1",
    'a"><script>',
    "a,b",
    "/../",
    "for=1.2.3.4;host=evil",
  ),
  fc.string({ unit: "grapheme-ascii", maxLength: 20 }).filter((text) => text.trim() === text),
);
const forwarding = fc.dictionary(
  fc.constantFrom(
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-original-url",
    "x-rewrite-url",
    "x-real-ip",
    "forwarded",
    "x-http-method-override",
    "authorization",
    "cookie",
  ),
  hostile,
);

describe("an untrusted peer", () => {
  test("changes no byte of any response by X-Forwarded-* and the like", async () => {
    const { get } = await createWarm();
    const plain = new Map<string, unknown>();
    for (const path of [...local, ...github]) plain.set(path, await seen(await get(path)));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...plain.keys()), forwarding, async (path, headers) => {
        expect(await seen(await get(path, { headers }, toPeer(false)))).toEqual(plain.get(path));
      }),
      { numRuns: 300 },
    );
  });

  test("leaves no trace in the cache for the next", async () => {
    const { get } = createService({ env: { PUBLIC_HOSTS: "gists.example,other.example" } });
    const headers = { "x-forwarded-host": "other.example", "x-forwarded-proto": "http" };
    await get("/octocat", { headers }, toPeer(true));
    await get("https://other.example/octocat");
    const response = await get("/octocat");
    expect(response.headers.get("cache-status")).toContain("hit");
    for (const link of linksOf(response).values()) expect(link.startsWith(`${origin}/octocat?`)).toBe(true);
  });
});

/** Where the link to page 2 leads, without its query. */
function toPage2(response: Response): string {
  const url = new URL(linksOf(response).get("next") ?? "");
  expect(url.searchParams.get("page")).toBe("2");
  return `${url.origin}${url.pathname}`;
}

describe("links", () => {
  test("lead to the address that the client used, in whatever form", async () => {
    const { get } = await createWarm({ PUBLIC_HOSTS: "gists.example" });
    for (const path of [
      "/octocat",
      "/OCTOCAT",
      "/users/octocat/gists",
      "/users/OctoCat/gists",
      "/gists/public",
      "/%6fctocat",
    ])
      expect(toPage2(await get(path)), path).toBe(`${origin}${path}`);
  });

  test("can be followed to the last page, and every gist is seen once", async () => {
    const { get } = createService();
    const ids: string[] = [];
    for (let next: string | undefined = "/octocat?per_page=50"; next !== undefined;) {
      const response: Response = await get(next);
      ids.push(...((await response.json()) as { id: string }[]).map((gist) => gist.id));
      next = linksOf(response).get("next");
    }
    expect(ids).toHaveLength(130);
    expect(new Set(ids).size).toBe(130);
  });

  test("are relative if no trusted source names the host: no client's text reaches another", async () => {
    const { get } = await createWarm();
    const headers = { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" };
    for (const peer of [toPeer(false), toPeer(true)]) {
      const response = await get("http://evil.example/octocat", { headers }, peer);
      expect(response.headers.get("link")).toMatch(/^<\/octocat\?page=2[^>]*>; rel="next"/);
      const text = await (await get("http://evil.example/", { headers }, peer)).text();
      expect(JSON.parse(text)).toMatchObject({ gist_url: "/gists/{gist_id}" });
      expect(`${response.headers.get("link")}${text}`).not.toContain("evil");
    }
  });

  test("that are relative never lead to another host", async () => {
    const { get } = createService();
    for (const path of [
      "//evil.example/gists/public",
      "//octocat",
      "/%2foctocat",
      "/\\octocat",
      "/users//octocat/gists",
    ]) {
      const response = await get(`http://host.example${path}`, {}, toPeer(false, path));
      const targets = [...(response.headers.get("link") ?? "").matchAll(/<([^>]*)>/g)].map(([, target = ""]) => target);
      for (const target of targets) expect(new URL(target, "http://host.example/").host, path).toBe("host.example");
    }
  });

  test("use the origin of a trusted proxy, or PUBLIC_URL before it", async () => {
    const headers = { "x-forwarded-host": "edge.example", "x-forwarded-proto": "https" };
    const listed = createService({ env: { PUBLIC_HOSTS: "edge.example" } });
    const proxied = await listed.get("http://10.0.0.5/octocat", { headers }, toPeer(true));
    expect(toPage2(proxied)).toBe("https://edge.example/octocat");
    const configured = await createWarm({ PUBLIC_URL: "https://public.example/gists/" });
    const answer = await configured.get("/octocat", { headers }, toPeer(true));
    expect(toPage2(answer)).toBe("https://public.example/gists/octocat");
    const root = (await (await configured.get("/")).json()) as Record<string, string>;
    expect(root["health_url"]).toBe("https://public.example/gists/health");
  });
});

describe("fields of a response from the cache", () => {
  test("state its whole lifetime and its age, to the second", async () => {
    const { get, step } = await createWarm();
    step(12_345);
    const { headers } = await get("/octocat");
    expect(headers.get("age")).toBe("12");
    expect(headers.get("cache-control")).toBe("public, max-age=60");
    expect(headers.get("cache-status")).toBe("EdgeGists; hit; ttl=48");
  });

  test("are GitHub's own if clients read them, without any session", async () => {
    const { get } = await createWarm({ GITHUB_TOKEN: "good-token" });
    const { headers } = await get("/octocat");
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(headers.get("x-github-media-type")).toBe("github.v3; format=json");
    expect(headers.get("x-github-api-version-selected")).toBe("2022-11-28");
    for (const name of ["set-cookie", "server", "x-oauth-scopes"]) expect(headers.has(name), name).toBe(false);
    expect(JSON.stringify([...headers])).not.toContain("good-token");
  });

  test("have an id of the request's own, which its log line has too", async () => {
    let drawn = 0;
    const service = createService({ ports: { random: () => (drawn += 1) / 1000 } });
    const ids = [];
    for (const path of ["/octocat", "/_x", "/rate_limit", "/health"])
      ids.push((await service.get(path)).headers.get("x-github-request-id"));
    for (const id of ids) expect(id, "not GitHub's").toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect(service.log.map(({ fields }) => fields["request_id"])).toEqual(ids);
    // On hits it would cost more than it tells.
    expect((await service.get("/octocat")).headers.has("x-github-request-id")).toBe(false);
    expect(service.log.at(-1)?.fields["request_id"]).toBeUndefined();
  });

  test("tell the quota as it is now, on a hit as well", async () => {
    const { get } = await createWarm();
    const before = Number((await get("/octocat")).headers.get("x-ratelimit-remaining"));
    await get("/hubot");
    const after = await get("/octocat");
    expect(after.headers.get("cache-status")).toContain("hit");
    expect(Number(after.headers.get("x-ratelimit-remaining"))).toBe(before - 1);
  });
});

describe("while nothing is left of the quota", () => {
  const quotaNames = ["limit", "remaining", "used", "reset", "resource"].map((name) => `x-ratelimit-${name}`);
  const quotaOf = ({ headers }: Response) => quotaNames.map((name) => headers.get(name));

  async function createExhausted() {
    const service = createService({ env: { GITHUB_TOKEN: "good", BUDGET_RESERVE_PERCENT: "2" } });
    await service.get("/octocat");
    service.github.limit({ who: "token", remaining: 100 });
    await service.get("/hubot");
    return service;
  }

  test("a miss is refused as GitHub does it, in numbers that agree with each other and with /rate_limit", async () => {
    const { get, github, ports } = await createExhausted();
    github.forget();
    const refused = await get("/prolific");
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      message: expect.stringMatching(/^API rate limit exceeded for /),
      documentation_url: expect.stringMatching(/rate-limits-for-the-rest-api$/),
    });
    expect(github.calls, "99 of 5,000 are reserved").toEqual([]);
    const reset = ports.now() / 1000 + 3600;
    expect(quotaOf(refused)).toEqual(["4900", "0", "4900", String(reset), "core"]);
    expect(refused.headers.has("retry-after")).toBe(false);
    const overview = await get("/rate_limit");
    expect(quotaOf(overview)).toEqual(quotaOf(refused));
    expect(await overview.json()).toMatchObject({ rate: { limit: 4900, remaining: 0, used: 4900, reset } });
  });

  test("what is served tells no client that it may not ask", async () => {
    const { get } = await createExhausted();
    for (const path of ["/octocat", "/hubot", "/_x", "/health", "/"]) {
      const response = await get(path);
      expect(quotaOf(response), path).toEqual([null, null, null, null, null]);
    }
    expect((await get("/octocat")).headers.get("cache-status")).toContain("hit");
  });

  test("a secondary limit tells what is truly left", async () => {
    const { get, github } = createService({ env: { GITHUB_TOKEN: "good", BUDGET_RESERVE_PERCENT: "2" } });
    await get("/octocat");
    github.fault({ kind: "secondary", retryAfter: 30 });
    const refused = await get("/hubot");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("4899");
    expect(await refused.json()).toMatchObject({
      documentation_url: expect.stringMatching(/#about-secondary-rate-limits$/),
    });
  });
});

describe("conditional requests", () => {
  test("get 304 with the fields of a 200 and no body, by GET and HEAD, on hit and miss", async () => {
    const { get, step } = createService();
    const first = await get("/octocat");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[0-9a-f]{40}"$/);
    for (const method of ["GET", "HEAD"]) {
      const response = await get("/octocat", { method, headers: { "if-none-match": `"x", ${etag}` } });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe("");
      for (const name of ["etag", "link", "cache-control", "vary", "age"])
        expect(response.headers.get(name), name).toBe(first.headers.get(name));
      expect(response.headers.has("content-type")).toBe(false);
      expect(response.headers.has("content-length")).toBe(false);
    }
    step(86_400_000 * 3);
    expect((await get("/octocat", { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  test("never get 304 for an error", async () => {
    const { get } = createService();
    for (const headers of [
      { "if-none-match": "*" },
      { "if-modified-since": "Fri, 31 Dec 2100 00:00:00 GMT" },
    ] as Record<string, string>[])
      for (const path of ["/users/nobody-here/gists", "/_x", "/no/such"])
        expect((await get(path, { headers })).status).toBe(404);
  });
});

describe("HEAD", () => {
  test("has the fields of GET", async () => {
    const { get } = await createWarm();
    for (const path of [...local, ...github]) {
      const [head, whole] = [await get(path, { method: "HEAD" }), await get(path)];
      expect(head.status, path).toBe(whole.status);
      expect([...head.headers], path).toEqual([...whole.headers]);
      expect(await head.text()).toBe("");
    }
  });
});
