import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { items } from "./support/headers.ts";
import { startBeside, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { bySince, standIn } from "./support/stand-in.ts";

/** A list that is in the cache, and its validator. */
async function cachedList() {
  const path = `/octocat?since=${freshSince()}`;
  const etag = (await shared.get(path)).headers.get("etag") ?? "";
  expect(etag, "a weak validator").toMatch(/^W\/"[0-9a-f]{16,64}"$/);
  return { path, etag, opaque: etag.slice(2) };
}

async function statusFor(path: string, headers: Record<string, string>): Promise<number> {
  return (await shared.get(path, { headers })).status;
}

describe("If-None-Match", () => {
  test("matches weakly, in lists, and as a star", async () => {
    const { path, etag, opaque } = await cachedList();
    for (const value of [etag, opaque, "*", `"other", ${etag}`, `W/"other",${opaque} , "more"`, `"a,b", ${etag}`]) {
      expect(await statusFor(path, { "if-none-match": value }), value).toBe(304);
    }
  });

  test("does not match what is another tag", async () => {
    const { path, etag, opaque } = await cachedList();
    const longer = `W/"${opaque.slice(1, -1)}0"`;
    for (const value of ['"other"', 'W/""', longer, etag.toUpperCase().replace("W/", "w/"), opaque.slice(1, -1), ""]) {
      expect(await statusFor(path, { "if-none-match": value }), value).toBe(200);
    }
  });

  test("HEAD gets 304 too", async () => {
    const { path, etag } = await cachedList();
    expect((await shared.get(path, { method: "HEAD", headers: { "if-none-match": etag } })).status).toBe(304);
  });

  test("a miss gets 304 too, after a call to GitHub", async () => {
    // On one page: the links of others name their own parameters.
    const etag = (await shared.get(`/hubot?since=${freshSince()}`)).headers.get("etag") ?? "none";
    const response = await shared.get(`/hubot?since=${freshSince()}`, { headers: { "if-none-match": etag } });
    expect(response.status, "the same bytes have the same tag").toBe(304);
    expect(response.headers.get("cache-status")).toContain("fwd=miss");
  });

  test("is 200 for the same bytes with other links, which a 304 would leave in other caches", async () => {
    const since = freshSince();
    const etags = await Promise.all(
      [1, 2].map(async (page) => (await shared.get(`/empty-handed?since=${since}&page=${page}`)).headers.get("etag")),
    );
    expect(etags[0]).not.toBe(etags[1]);
  });

  test("does not make an error a 304", async () => {
    expect(await statusFor(`/${freshName()}`, { "if-none-match": "*" })).toBe(404);
    expect(await statusFor("/octocat?per_page=x", { "if-none-match": "*" })).toBe(422);
  });

  test("is not forwarded to GitHub", async () => {
    const since = freshSince();
    await shared.get(`/octocat?since=${since}`, {
      headers: { "if-none-match": '"client"', "if-modified-since": "now" },
    });
    const calls = await standIn(shared).calls(bySince(since));
    expect(calls).toHaveLength(1);
    expect(calls[0]?.headers).not.toHaveProperty("if-none-match");
    expect(calls[0]?.headers).not.toHaveProperty("if-modified-since");
  });
});

describe("a 304", () => {
  test("carries what its 200 would (RFC 9110 section 15.4.5), and the quota", async () => {
    const { path, etag } = await cachedList();
    const full = await shared.get(path);
    const response = await shared.get(path, { headers: { "if-none-match": etag } });
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toBe(etag);
    expect(items(response, "vary")).toEqual(items(full, "vary"));
    expect(response.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
    expect(response.headers.get("age")).toMatch(/^\d+$/);
    expect(response.headers.get("cache-status")).toContain("hit");
    expect(response.headers.get("x-ratelimit-remaining")).toMatch(/^\d+$/);
    expect(response.headers.get("content-type"), "no body, so no type of one").toBeNull();
  });
});

describe("If-Modified-Since", () => {
  const path = `/gists/${notable.manyFiles}`;

  test("saves the body if nothing is newer", async () => {
    const modified = (await shared.get(path)).headers.get("last-modified") ?? "";
    expect(Date.parse(modified), "the stand-in dates single gists").not.toBeNaN();
    const later = new Date(Date.parse(modified) + 86_400_000).toUTCString();
    expect(await statusFor(path, { "if-modified-since": modified })).toBe(304);
    expect(await statusFor(path, { "if-modified-since": later })).toBe(304);
  });

  test("sends the body if something is newer, or if the date is invalid", async () => {
    const modified = (await shared.get(path)).headers.get("last-modified") ?? "";
    const earlier = new Date(Date.parse(modified) - 1000).toUTCString();
    expect(await statusFor(path, { "if-modified-since": earlier })).toBe(200);
    expect(await statusFor(path, { "if-modified-since": "yesterday" })).toBe(200);
  });

  test("is ignored with If-None-Match (RFC 9110 section 13.2.2)", async () => {
    const response = await shared.get(path);
    const modified = response.headers.get("last-modified") ?? "";
    const etag = response.headers.get("etag") ?? "";
    expect(await statusFor(path, { "if-modified-since": modified, "if-none-match": '"other"' })).toBe(200);
    expect(await statusFor(path, { "if-modified-since": new Date(0).toUTCString(), "if-none-match": etag })).toBe(304);
  });

  test.each(["commits", "forks"])("saves the body of a gist's %s as well", async (below) => {
    const list = `/gists/${notable.manyFiles}/${below}`;
    const modified = (await shared.get(list)).headers.get("last-modified") ?? "";
    expect(await statusFor(list, { "if-modified-since": modified })).toBe(304);
  });

  test.each([() => `/octocat?since=${freshSince()}`, () => `/gists/${notable.talkative}/comments`])(
    "is ignored for lists that GitHub does not date: %s",
    async (toList) => {
      const list = toList();
      expect((await shared.get(list)).headers.get("last-modified")).toBeNull();
      expect(await statusFor(list, { "if-modified-since": new Date().toUTCString() })).toBe(200);
    },
  );
});

describe("validators", () => {
  const service = useService();

  test("are the same from an instance with another token: GitHub's own are not", async () => {
    const other = await startBeside(service, { GITHUB_TOKEN: "good-another-7d21" });
    try {
      const here = await service.get(`/gists/${notable.letters}`);
      const there = await fetch(`${other.url}/gists/${notable.letters}`);
      expect(there.headers.get("etag")).toBe(here.headers.get("etag"));
      expect(there.headers.get("last-modified")).toBe(here.headers.get("last-modified"));
    } finally {
      await other.stop();
    }
  });

  test("are different for different bytes", async () => {
    const etags = await Promise.all(
      ["/hubot", "/hubot?per_page=1", "/empty-handed", `/gists/${notable.blank}`].map(async (path) =>
        (await service.get(path)).headers.get("etag"),
      ),
    );
    expect(new Set(etags).size).toBe(etags.length);
  });
});
