import { describe, expect, inject, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { cacheStatus, links } from "./support/headers.ts";
import { type Service, useService } from "./support/service.ts";
import { bySince, standIn } from "./support/stand-in.ts";

/** Sends requests until the cache no longer responds alone. */
async function afterExpiry(service: Service, path: string): Promise<Response> {
  let last: Response | undefined;
  await expect
    .poll(
      async () => {
        last = await service.get(path);
        return cacheStatus(last).hit;
      },
      { timeout: 5000, interval: 50 },
    )
    .toBeUndefined();
  return last as Response;
}

describe("after CACHE_TTL_SECONDS", () => {
  // Refreshed before the response, not in the background: the response itself then shows GitHub's.
  const service = useService({
    CACHE_TTL_SECONDS: "1",
    CACHE_NEGATIVE_TTL_SECONDS: "1",
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
  });

  test("the setting is the lifetime", async () => {
    const response = await service.get(`/octocat?since=${freshSince()}`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=1");
    expect(cacheStatus(response).ttl).toBe(1);
  });

  test("unchanged data is confirmed by a 304 that costs no quota", async () => {
    const since = freshSince();
    const path = `/octocat?since=${since}`;
    const first = await service.get(path);
    const body = await first.text();
    const used = Number((await service.get("/health")).headers.get("x-ratelimit-used"));
    const second = await afterExpiry(service, path);
    expect(second.status).toBe(200);
    expect(cacheStatus(second)).toEqual({ cache: "EdgeGists", fwd: "stale", "fwd-status": 304, stored: true, ttl: 1 });
    expect(await second.text()).toBe(body);
    expect(second.headers.get("link")).toBe(first.headers.get("link"));
    expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
    expect(Number(second.headers.get("x-ratelimit-used")), "GitHub does not count a 304").toBe(used);
    const calls = await standIn(service).calls(bySince(since));
    expect(calls.map((call) => call.status)).toEqual([200, 304]);
    expect(calls[1]?.headers["if-none-match"], "GitHub's own validator, not ours").toMatch(/^(W\/)?"[0-9a-f]+"$/);
    expect(calls[1]?.headers["if-none-match"]).not.toBe(first.headers.get("etag"));
  });

  test("links lead to the current pages, also if the page itself is unchanged", async () => {
    const list = async () => (await (await service.get("/old--timer")).json()) as { id: string }[];
    const path = "/old--timer?per_page=2";
    expect([...links(await service.get(path)).keys()]).toEqual(["next", "last"]);
    const oldest = (await list()).at(-1)?.id ?? "";
    await standIn(service).remove(oldest);
    const second = await afterExpiry(service, path);
    expect(cacheStatus(second)["fwd-status"], "the page itself").toBe(304);
    expect(second.headers.get("link")).toBeNull();
    const unchanged = await service.get(path, { headers: { "if-none-match": second.headers.get("etag") ?? "" } });
    expect(unchanged.status).toBe(304);
    expect(unchanged.headers.get("link")).toBeNull();
  });

  test("changed data replaces what was kept", async () => {
    const path = `/gists/${notable.undescribed}`;
    const first = await service.get(path);
    const description = `changed for ${freshName()}`;
    await standIn(service).edit(notable.undescribed, { description });
    const second = await afterExpiry(service, path);
    expect(cacheStatus(second)).toEqual({ cache: "EdgeGists", fwd: "stale", "fwd-status": 200, stored: true, ttl: 1 });
    expect(await second.json()).toMatchObject({ description });
    expect(second.headers.get("etag")).not.toBe(first.headers.get("etag"));
    const third = await service.get(path);
    expect(await third.json()).toMatchObject({ description });
  });

  test("a change without a new date from GitHub is sent for If-Modified-Since", async () => {
    const path = `/gists/${notable.blank}`;
    const first = await service.get(path);
    const modified = first.headers.get("last-modified") ?? "";
    const ask = (headers: Record<string, string>) => service.get(path, { headers });
    expect((await ask({ "if-modified-since": modified })).status).toBe(304);
    await standIn(service).edit(notable.blank, { comment: "Anything?" });
    const second = await afterExpiry(service, path);
    expect(second.headers.get("etag"), "the count of comments is in the body").not.toBe(first.headers.get("etag"));
    // By the router and by the fast path, and still after GitHub has confirmed it with its own old date.
    for (const after of ["the change", "the first time", "the second time"]) {
      const answer = after === "the second time" ? await afterExpiry(service, path) : second;
      expect((await ask({ "if-modified-since": modified })).status, after).toBe(200);
      const own = answer.headers.get("last-modified") ?? "";
      expect(Date.parse(own), after).toBeGreaterThan(Date.parse(modified));
      expect(Date.parse(own), "no later than now (RFC 9110 section 8.8.2.1)").toBeLessThanOrEqual(Date.now());
      expect((await ask({ "if-modified-since": own })).status, after).toBe(304);
    }
  });

  test("an unknown user is asked for again", async () => {
    const name = freshName();
    expect((await service.get(`/${name}`)).status).toBe(404);
    const again = await afterExpiry(service, `/${name}`);
    expect(again.status).toBe(404);
    expect((await standIn(service).calls((call) => call.path === `/users/${name}/gists`)).length).toBeGreaterThan(1);
  });
});

describe("a bound on entries", () => {
  // Skipped if there is a shared tier (a Worker's KV): it keeps entries that the memory tier evicts.
  const kv = Object.keys((inject("worker")?.options["kvNamespaces"] as object | undefined) ?? {});
  const here = describe.runIf(kv.length === 0);

  here("CACHE_MAX_ENTRIES", () => {
    const service = useService({ CACHE_MAX_ENTRIES: "2" });

    test("the entry that was longest unused makes room", async () => {
      const [a, b, c] = [freshSince(), freshSince(), freshSince()].map((since) => `/octocat?since=${since}`) as [
        string,
        string,
        string,
      ];
      const hit = async (path: string) => cacheStatus(await service.get(path)).hit === true;
      expect(await hit(a)).toBe(false);
      expect(await hit(b)).toBe(false);
      expect(await hit(a), "two fit").toBe(true);
      expect(await hit(c), "b makes room").toBe(false);
      expect(await hit(a), "a was used after b").toBe(true);
      expect(await hit(b)).toBe(false);
    });
  });

  here("CACHE_MAX_BYTES", () => {
    const service = useService({ CACHE_MAX_BYTES: "262144" });

    test("a response larger than the whole cache is sent, and not stored", async () => {
      const path = `/gists/${notable.large}`;
      for (const _ of ["first", "again"]) {
        const response = await service.get(path);
        expect(response.status).toBe(200);
        expect(cacheStatus(response).hit).toBeUndefined();
      }
      expect((await standIn(service).calls((call) => call.path === path)).length).toBe(2);
    });

    test("many small responses stay below it", async () => {
      const paths = Array.from({ length: 30 }, () => `/octocat?per_page=30&since=${freshSince()}`);
      let bytes = 0;
      for (const path of paths) bytes += (await (await service.get(path)).arrayBuffer()).byteLength;
      expect(bytes, "they do not all fit").toBeGreaterThan(3 * 262_144);
      const hits = [];
      for (const path of paths.toReversed()) hits.push(cacheStatus(await service.get(path)).hit === true);
      expect(hits[0], "the last one is there").toBe(true);
      expect(hits.filter(Boolean).length).toBeLessThan(paths.length / 2);
    });
  });
});
