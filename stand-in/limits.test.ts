import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createGitHub } from "./app.ts";
import type { GitHub } from "./github.ts";
import { notable } from "./octocat.ts";

const list = "https://api.github.com/users/octocat/gists";
const single = `https://api.github.com/gists/${notable.forked}`;
const as = (token?: string, more: Record<string, string> = {}) => ({
  headers: { "user-agent": "test", ...(token && { authorization: `Bearer ${token}` }), ...more },
});
const start = Date.UTC(2026, 10, 23);
const still = () => createGitHub({ now: () => start });

async function remaining(github: GitHub, token?: string): Promise<number> {
  const answer = await github.fetch("https://api.github.com/rate_limit", as(token));
  return ((await answer.json()) as { resources: { core: { remaining: number } } }).resources.core.remaining;
}

describe("conditional requests", () => {
  it("gives each token an ETag of its own, weak and steady", async () => {
    const github = still();
    const tagOf = async (token?: string) => (await github.fetch(list, as(token))).headers.get("etag") ?? "";
    const tags = [await tagOf(), await tagOf("good1"), await tagOf("good2")];
    expect(new Set(tags).size).toBe(3);
    expect(tags.every((tag) => /^W\/"[0-9a-f]{64}"$/.test(tag))).toBe(true);
    expect([await tagOf(), await tagOf("good1"), await tagOf("good2")]).toEqual(tags);
    expect((await github.fetch(list, as("good2", { "if-none-match": tags[1] ?? "" }))).status).toBe(200);
  });

  it("makes ETags by GitHub's believed function where it is told to, until the reset", async () => {
    const github = still();
    const get = async (more: Record<string, string> = {}) => {
      const answer = await github.fetch(list, as("good1", { accept: "application/json", ...more }));
      return { tag: answer.headers.get("etag"), status: answer.status, text: await answer.text() };
    };
    const opaque = (await get()).tag;
    github.etags("derived");
    const { tag, text } = await get();
    const hex = createHash("sha256").update(`application/json:Bearer good1:${text}`).digest("hex");
    expect(tag).toBe(`W/"${hex}"`);
    expect((await get({ "if-none-match": `"x", "${hex}"` })).status).toBe(304);
    expect((await get({ accept: "*/*", "if-none-match": `"${hex}"` })).status).toBe(200);
    github.reset();
    expect((await get()).tag).toBe(opaque);
  });

  it("answers 304: free with a token, one without", async () => {
    const github = still();
    for (const [token, cost] of [
      ["good", 0],
      [undefined, 1],
    ] as const) {
      const etag = (await github.fetch(list, as(token))).headers.get("etag") ?? "";
      const before = await remaining(github, token);
      for (const tags of [etag, etag.slice(2), `"x", ${etag}`, "*"]) {
        const answer = await github.fetch(list, as(token, { "if-none-match": tags }));
        expect(answer.status, tags).toBe(304);
        expect(answer.headers.get("etag")).toBe(etag);
        expect(await answer.text()).toBe("");
      }
      expect(await remaining(github, token)).toBe(before - 4 * cost);
    }
    expect(github.counters().byStatus["304"]).toBe(8);
  });

  it("has Last-Modified on single gists only", async () => {
    const github = still();
    const answer = await github.fetch(single, as());
    const modified = answer.headers.get("last-modified") ?? "";
    expect(new Date(modified).getTime()).toBe(Date.parse(((await answer.json()) as { updated_at: string }).updated_at));
    expect((await github.fetch(single, as(undefined, { "if-modified-since": modified }))).status).toBe(304);
    expect(
      (await github.fetch(single, as(undefined, { "if-modified-since": modified, "if-none-match": '"x"' }))).status,
    ).toBe(200);
    expect((await github.fetch(list, as())).headers.get("last-modified")).toBeNull();
  });

  it("changes the ETag when the gist changes", async () => {
    const github = still();
    const etag = (await github.fetch(single, as("good"))).headers.get("etag") ?? "";
    github.edit(notable.forked, { description: "changed" });
    const answer = await github.fetch(single, as("good", { "if-none-match": etag }));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ description: "changed", updated_at: "2026-11-23T00:00:00Z" });
  });

  it("is public without a token, private with one", async () => {
    const github = still();
    const [anonymous, known] = [await github.fetch(list, as()), await github.fetch(list, as("good"))];
    expect(anonymous.headers.get("cache-control")).toBe("public, max-age=60, s-maxage=60");
    expect(anonymous.headers.get("vary")).not.toContain("Authorization");
    expect(known.headers.get("cache-control")).toBe("private, max-age=60, s-maxage=60");
    expect(known.headers.get("vary")).toContain("Authorization");
  });
});

describe("primary limit", () => {
  it("is 60 an hour without a token and 5,000 with one", async () => {
    const github = still();
    const first = await github.fetch(list, as());
    expect(Object.fromEntries([...first.headers].filter(([name]) => name.startsWith("x-ratelimit-")))).toEqual({
      "x-ratelimit-limit": "60",
      "x-ratelimit-remaining": "59",
      "x-ratelimit-used": "1",
      "x-ratelimit-reset": String(start / 1000 + 3600),
      "x-ratelimit-resource": "core",
    });
    expect((await github.fetch(list, as("good"))).headers.get("x-ratelimit-remaining")).toBe("4999");
    expect((await github.fetch(list, as("good-other"))).headers.get("x-ratelimit-remaining")).toBe("4999");
  });

  it("refuses the 61st, until the hour is over", async () => {
    const github = still();
    for (let n = 0; n < 60; n++) expect((await github.fetch(`${list}?per_page=1`, as())).status).toBe(200);
    const refused = await github.fetch(list, as());
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("retry-after")).toBeNull();
    expect(((await refused.json()) as { message: string }).message).toMatch(
      /^API rate limit exceeded for 203\.0\.113\.7\./,
    );
    expect((await github.fetch(list, as("good"))).status).toBe(200);
    expect(await remaining(github)).toBe(0);
    github.step(3_599_000);
    expect((await github.fetch(list, as())).status).toBe(403);
    github.step(1000);
    expect((await github.fetch(list, as())).headers.get("x-ratelimit-remaining")).toBe("59");
  });

  it("can be set for a token, and answer 429", async () => {
    const github = still();
    github.limit({ who: "good1", remaining: 1, resetIn: 90, exceededStatus: 429 });
    expect((await github.fetch(list, as("good1"))).status).toBe(200);
    const refused = await github.fetch(list, as("good1"));
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-reset")).toBe(String(start / 1000 + 90));
    expect((await github.fetch(list, as("good2"))).status).toBe(200);
    github.limit({ who: "token", remaining: 0 });
    expect((await github.fetch(list, as("good2"))).status).toBe(429);
  });

  it("takes errors from it, but not /rate_limit", async () => {
    const github = still();
    await github.fetch("https://api.github.com/users/nobody/gists", as());
    expect((await github.fetch(list, as("bad"))).status).toBe(401);
    expect(await remaining(github)).toBe(58);
    expect(github.counters().charged).toBe(2);
  });
});

describe("secondary limits", () => {
  it("allow 900 points a minute", async () => {
    const github = createGitHub({ now: () => start, secondary: { pointsPerMinute: 900, retryAfter: 60 } });
    const statuses = new Set<number>();
    for (let n = 0; n < 900; n++) statuses.add((await github.fetch(`${list}?per_page=1`, as("good"))).status);
    expect([...statuses]).toEqual([200]);
    const refused = await github.fetch(list, as("good"));
    expect(refused.status).toBe(403);
    expect(refused.headers.get("retry-after")).toBe("60");
    expect(Number(refused.headers.get("x-ratelimit-remaining"))).toBe(4100);
    github.step(60_000);
    expect((await github.fetch(list, as("good"))).status).toBe(200);
  });

  it("allow 100 at once", async () => {
    const github = createGitHub({ secondary: { concurrent: 100, status: 429, retryAfter: null } });
    github.fault({ kind: "latency", ms: 50 });
    const answers = await Promise.all(
      Array.from({ length: 120 }, () => github.fetch(`${list}?per_page=1`, as("good"))),
    );
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(20);
    expect(refused[0]?.headers.get("retry-after")).toBeNull();
    expect(github.counters()).toMatchObject({ maxInFlight: 120, inFlight: 0, total: 120 });
  });
});

describe("GitHub's requirements of a request", () => {
  const github = still();

  it("a User-Agent", async () => {
    const answer = await github.fetch(list, { headers: {} });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("Please make sure your request has a User-Agent header");
  });

  it("an API version that it knows", async () => {
    const answer = await github.fetch(list, as(undefined, { "x-github-api-version": "1999-01-01" }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      message: "Bad Request",
      status: "400",
      errors: expect.stringContaining('"1999-01-01"'),
    });
  });

  it.each([
    ["*/*", "github.v3; format=json"],
    ["application/json", "github.v3; format=json"],
    ["application/vnd.github+json", "github.v3; format=json"],
    ["application/vnd.github.v3+json", "github.v3; format=json"],
    ["application/vnd.github.raw+json", "github.v3; param=raw; format=json"],
    ["application/vnd.github.v3.base64+json", "github.v3; param=base64; format=json"],
    ["application/vnd.github.v3.raw", "github.v3; param=raw"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "github.v3; format=json"],
  ])("Accept: %s", async (accept, media) => {
    expect((await github.fetch(single, as("good", { accept }))).headers.get("x-github-media-type")).toBe(media);
  });

  it("gives base64 where it is asked for", async () => {
    const answer = await github.fetch(single, as("good", { accept: "application/vnd.github.base64+json" }));
    const { files } = (await answer.json()) as { files: Record<string, { content: string; encoding: string }> };
    expect(files["hello_world.rb"]).toMatchObject({
      encoding: "base64",
      content: expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
    });
  });
});
