import { describe, expect, test } from "vitest";
import { createGitHub } from "../../../stand-in/app.ts";
import { createService, linksOf, origin, start } from "../../../test/support/ports.ts";
import { createMemoryStore } from "../cache/store/memory.ts";

const all = "/users/octocat/gists?all=true";

/** A client at an address that links may name. */
const routed = { trusted: false, routed: true };

interface Item {
  id: string;
  url: string;
}

async function idsOf(response: Response): Promise<string[]> {
  return ((await response.json()) as Item[]).map(({ id }) => id);
}

describe("all=true", () => {
  test("is the pages of a hundred, one call for each, and then none", async () => {
    const { get, github } = createService();
    const pages = [
      ...(await idsOf(await get("/octocat?per_page=100"))),
      ...(await idsOf(await get("/octocat?per_page=100&page=2"))),
    ];
    expect(github.calls).toHaveLength(2);
    const response = await get(all);
    expect(await idsOf(response)).toEqual(pages);
    expect(pages).toHaveLength(130);
    expect(response.headers.get("link")).toBeNull();
    expect(response.headers.get("cache-status")).toBe('EdgeGists; hit; ttl=60; detail="pages: 2 HIT"');
    expect(github.calls).toHaveLength(2);
  });

  test("keeps the bytes of each item as GitHub sent them", async () => {
    const { get } = createService();
    const texts = await Promise.all(
      [1, 2].map(async (page) => (await get(`/octocat?per_page=100&page=${page}`)).text()),
    );
    const text = await (await get(all)).text();
    expect(text).toBe(`[${texts.map((page) => page.slice(1, -1)).join(",")}]`);
    const lines = await get(all, { headers: { accept: "application/x-ndjson" } });
    expect(lines.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    const read = (await lines.text()).replace(/\n$/, "").split("\n");
    expect(`[${read.join(",")}]`).toBe(text);
  });

  test("asks for all 3,000 that GitHub shows, and links to the rest", async () => {
    const { get, github } = createService({ env: { GITHUB_TOKEN: "good" } });
    const response = await get("/users/prolific/gists?all=true&since=2001-01-01", {}, routed);
    expect(new Set(await idsOf(response)).size).toBe(3000);
    expect(github.calls).toHaveLength(30);
    const next = linksOf(response).get("next");
    expect([...linksOf(response).keys()]).toEqual(["next"]);
    expect(Object.fromEntries(new URL(next ?? "").searchParams)).toEqual({
      page: "31",
      per_page: "100",
      since: "2001-01-01T00:00:00Z",
    });
    expect(await idsOf(await get(next ?? ""))).toHaveLength(50);
  });

  test("one list on one page needs one call, and an empty list is empty", async () => {
    const { get, github } = createService();
    expect(await idsOf(await get("/users/hubot/gists?all=true"))).toHaveLength(8);
    expect(github.calls).toHaveLength(1);
    const empty = await get("/users/hubot/gists?all=true&since=2099-01-01");
    expect(await empty.text()).toBe("[]");
    expect(
      await (await get("/hubot?all=true&since=2099-01-01", { headers: { accept: "application/x-ndjson" } })).text(),
    ).toBe("");
  });

  test("a gist that moved to the next page meanwhile comes once", async () => {
    const { get, github } = createService();
    const before = await idsOf(await get("/octocat?per_page=100"));
    github.add("octocat", "a".repeat(32), { description: "new", files: { "a.txt": "a" } });
    const second = await idsOf(await get("/octocat?per_page=100&page=2"));
    expect(second[0], "the stand-in shows it on both").toBe(before.at(-1));
    expect(await idsOf(await get(all))).toEqual([...before, ...second.slice(1)]);
  });

  test("has a validator that follows every page and each form", async () => {
    const { get, github, step } = createService();
    const json = (await get(all)).headers.get("etag") ?? "";
    const lines = (await get(all, { headers: { accept: "application/x-ndjson" } })).headers.get("etag");
    const rewritten = (await get(`/api/v3${all}`, {}, routed)).headers.get("etag");
    expect(new Set([json, lines, rewritten]).size).toBe(3);
    expect((await get(all, { headers: { "if-none-match": json } })).status).toBe(304);
    const last = (await idsOf(await get(all))).at(-1) ?? "";
    github.edit(last, { description: "changed on the second page" });
    step(3_600_000);
    const changed = await get(all, { headers: { "if-none-match": json } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).not.toBe(json);
    expect(changed.headers.get("cache-status")).toContain('detail="pages: 1 CHANGED, 1 REVALIDATED"');
  });

  test("is as old as its oldest page, and fresh for as long as its first one to end", async () => {
    const { get, step } = createService();
    await get("/octocat?per_page=100&page=2");
    step(40_000);
    const response = await get(all);
    expect(response.headers.get("age")).toBe("40");
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    expect(response.headers.get("cache-status")).toBe(
      'EdgeGists; fwd=miss; fwd-status=200; stored; ttl=20; detail="pages: 1 MISS, 1 HIT"',
    );
  });

  test("leads to this service under /api/v3", async () => {
    const { get } = createService();
    const items = (await (await get(`/api/v3${all}`, {}, routed)).json()) as Item[];
    for (const { id, url } of items) expect(url).toBe(`${origin}/api/v3/gists/${id}`);
  });

  test("is whole, or the error of the page that failed", async () => {
    const { get, github } = createService();
    github.fault({ kind: "status", status: 500, after: 1 });
    const failed = await get(all);
    expect(failed.status).toBe(502);
    expect(await failed.json()).toMatchObject({ status: "502" });
  });

  test("is GitHub's limit if one page meets it", async () => {
    const { get, github } = createService();
    github.fault({ kind: "secondary", retryAfter: 7, after: 1 });
    const limited = await get(all);
    expect(limited.status).toBe(403);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("is stale if a page could not be refreshed, and says so", async () => {
    const { get, github, step } = createService();
    await get(all);
    step(3_600_000);
    github.fault({ kind: "status", status: 500 });
    const response = await get(all);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-status")).toMatch(/fwd=stale; .*detail=bad-gateway$/);
    expect(response.headers.get("age")).toBe("3600");
  });

  test("of a user that does not exist is GitHub's 404", async () => {
    const { get, github } = createService();
    const response = await get("/users/nobody-here/gists?all=true");
    expect(response.status).toBe(404);
    expect(github.calls).toHaveLength(1);
  });

  test.each(["page=1", "per_page=30", "page="])("has no pages: %s is 422", async (query) => {
    const { get, github } = createService();
    const response = await get(`${all}&${query}`);
    expect(response.status).toBe(422);
    const [field] = query.split("=");
    expect(await response.json()).toMatchObject({ errors: [{ resource: "Query", field }] });
    expect(github.calls).toEqual([]);
  });

  test("all=false is the same resource as without it", async () => {
    const { get, github } = createService();
    await get("/octocat?all=false");
    expect((await get("/users/octocat/gists")).headers.get("cache-status")).toMatch(/^EdgeGists; hit/);
    expect(github.calls[0]?.query).toBe("?page=1&per_page=30");
  });

  test("lines are a form of all pages only: for one page they are 415", async () => {
    const { get } = createService();
    const accept = "application/x-ndjson";
    expect((await get("/octocat", { headers: { accept } })).status).toBe(415);
    const either = await get("/octocat", { headers: { accept: `${accept}, */*;q=0.1` } });
    expect(either.headers.get("content-type")).toMatch(/^application\/json/);
  });

  test("counts against the limit of a client: a call for each page", async () => {
    const { get, github } = createService({ env: { CLIENT_MISSES_PER_MINUTE: "10" } });
    const peer = { trusted: true, client: "192.0.2.7" };
    const response = await get("/users/prolific/gists?all=true", {}, peer);
    expect(response.status).toBe(403);
    expect(github.calls.length).toBeLessThanOrEqual(10);
    expect((await get("/octocat", {}, { trusted: true, client: "192.0.2.8" })).status).toBe(200);
  });

  test("asks for five pages at a time at most", async () => {
    const github = createGitHub({ origin: "https://api.github.com", now: () => start });
    let running = 0;
    let most = 0;
    const { get } = createService({
      env: { GITHUB_TOKEN: "good" },
      ports: {
        async fetch(request, init) {
          most = Math.max(most, (running += 1));
          await new Promise((resolve) => setTimeout(resolve, 1));
          const response = await github.fetch(request, init);
          running -= 1;
          return response;
        },
      },
    });
    expect((await get("/users/prolific/gists?all=true")).status).toBe(200);
    expect(most).toBe(5);
  });

  test("larger than a response of GitHub may be is refused, and nothing stays held", async () => {
    const { get } = createService({ env: { GITHUB_TOKEN: "good", MAX_BODY_BYTES: "400000" } });
    const response = await get("/users/prolific/gists?all=true");
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      errors: [{ field: "all", message: "All pages are larger than 400000 bytes: request single ones" }],
    });
    expect((await get("/users/hubot/gists?all=true")).status).toBe(200);
  });

  test("what is made is counted with the first page", async () => {
    const store = createMemoryStore({ maxEntries: 100, maxBytes: 64 * 1024 ** 2, now: () => 0 });
    const { get } = createService({ ports: { store } });
    await get("/octocat?per_page=100");
    await get("/octocat?per_page=100&page=2");
    const before = store.size().bytes;
    const length = Number((await get(all)).headers.get("content-length"));
    expect(store.size().bytes - before).toBe(length);
  });
});
