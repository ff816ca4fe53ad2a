import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshSince } from "./support/fresh.ts";
import { links } from "./support/headers.ts";
import { shared } from "./support/shared.ts";
import { askGitHub } from "./support/stand-in.ts";

/** A list of 100 or so, and the address that its links must keep; each test makes its own. */
const lists = [
  { what: "the short address", path: "/octocat", dated: true, count: 130 },
  { what: "GitHub's address, in the client's case", path: "/users/Octocat/gists", dated: true, count: 130 },
  { what: "public gists", path: "/gists/public", dated: true, count: 3000 },
  { what: "a managed user", path: "/mona_acme", dated: true, count: 5 },
  { what: "commits", path: `/gists/${notable.revised}/commits`, dated: false, count: 60 },
  { what: "forks", path: `/gists/${notable.forked}/forks`, dated: false, count: 36 },
  { what: "comments", path: `/gists/${notable.talkative}/comments`, dated: false, count: 45 },
  { what: "an id in capitals", path: `/gists/${notable.talkative.toUpperCase()}/comments`, dated: false, count: 45 },
] as const;

/** A unique query, if the list knows `since`. */
function query(dated: boolean, parameters: Record<string, string | number> = {}): string {
  const all = new URLSearchParams({ ...(dated && { since: freshSince() }) });
  for (const [name, value] of Object.entries(parameters)) all.set(name, String(value));
  return all.size > 0 ? `?${all}` : "";
}

async function ids(response: Response): Promise<unknown[]> {
  const list = (await response.json()) as { id?: unknown; version?: unknown }[];
  return list.map((item) => item.id ?? item.version);
}

describe.each(lists)("$what", ({ path, dated, count }) => {
  const size = count > 100 ? 40 : Math.ceil(count / 3);
  const last = Math.ceil(count / size);

  test("the first page links to the next and the last, on this service", async () => {
    const response = await shared.get(`${path}${query(dated, { per_page: size })}`);
    expect(response.status).toBe(200);
    const all = links(response);
    expect([...all.keys()].toSorted()).toEqual(["last", "next"]);
    for (const [rel, url] of all) {
      expect(url.origin, rel).toBe(shared.url);
      expect(url.pathname, "the path that the client used").toBe(path);
      expect(url.searchParams.get("per_page")).toBe(String(size));
    }
    expect(all.get("next")?.searchParams.get("page")).toBe("2");
    expect(all.get("last")?.searchParams.get("page")).toBe(String(last));
  });

  test("a page between has all four links", async () => {
    const all = links(await shared.get(`${path}${query(dated, { per_page: size, page: 2 })}`));
    expect([...all.keys()].toSorted()).toEqual(["first", "last", "next", "prev"]);
    const pages = Object.fromEntries([...all].map(([rel, url]) => [rel, url.searchParams.get("page")]));
    expect(pages).toEqual({ prev: "1", next: "3", last: String(last), first: "1" });
  });

  test("the last page links back only", async () => {
    const response = await shared.get(`${path}${query(dated, { per_page: size, page: last })}`);
    expect([...links(response).keys()].toSorted()).toEqual(["first", "prev"]);
    expect(await ids(response)).toHaveLength(count - size * (last - 1));
  });

  test("the next link leads to GitHub's next page", async () => {
    const start = await shared.get(`${path}${query(dated, { per_page: size })}`);
    const next = links(start).get("next");
    expect(next).toBeDefined();
    const page = await ids(await fetch(next as URL));
    const github = await ids(
      await askGitHub(
        shared.github,
        `${path.replace(/^\/(octocat|mona_acme)$/, "/users/$1/gists")}?per_page=${size}&page=2`,
      ),
    );
    expect(page).toEqual(github);
    const first = new Set(await ids(start));
    expect(
      page.filter((id) => first.has(id)),
      "no item is on both pages",
    ).toEqual([]);
  });

  test("a page past the end is empty, or GitHub's 422 if it limits the list", async () => {
    const beyond = `${path}${query(dated, { per_page: size, page: last + 1 })}`;
    const response = await shared.get(beyond);
    if (path === "/gists/public") {
      expect(response.status).toBe(422);
      expect(((await response.json()) as { message: string }).message).toMatch(/pagination is limited/);
      const again = await shared.get(beyond);
      return expect(again.headers.get("cache-status"), "it is kept").toMatch(/^EdgeGists; hit;/);
    }
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("[]");
  });
});

describe("defaults", () => {
  test.each([["/octocat"], ["/users/octocat/gists"], ["/gists/public"]])("%s gives thirty", async (path) => {
    expect(await ids(await shared.get(`${path}?since=${freshSince()}`))).toHaveLength(30);
  });

  test.each([
    [1, 1],
    [100, 100],
  ])("per_page=%i gives %i", async (size, count) => {
    expect(await ids(await shared.get(`/octocat?per_page=${size}&since=${freshSince()}`))).toHaveLength(count);
  });

  test("a list on one page has no Link", async () => {
    expect((await shared.get(`/hubot?since=${freshSince()}`)).headers.get("link")).toBeNull();
  });

  test("the links of a page are kept with it", async () => {
    const path = `/octocat?per_page=10&page=3&since=${freshSince()}`;
    const miss = await shared.get(path);
    const hit = await shared.get(path);
    expect(hit.headers.get("cache-status")).toContain("hit");
    expect(hit.headers.get("link")).toBe(miss.headers.get("link"));
    expect(links(hit).size).toBe(4);
  });

  test("one entry links each client to the address that it used", async () => {
    const since = freshSince();
    const paths = ["/octocat", "/OCTOCAT", "/users/octocat/gists", "/users/OctoCat/gists"];
    for (const path of paths) {
      const all = links(await shared.get(`${path}?since=${since}&per_page=50`));
      expect(
        [...all.values()].map((url) => url.pathname),
        path,
      ).toEqual([path, path]);
    }
  });
});

describe("since", () => {
  test("leaves out what is older, and is kept in the links", async () => {
    const first = (await (await shared.get(`/octocat?since=${freshSince()}&per_page=100`)).json()) as {
      updated_at: string;
    }[];
    const times = first.map((gist) => gist.updated_at).toSorted();
    const since = times[50] ?? "";
    const response = await shared.get(`/octocat?since=${since}&per_page=5`);
    const found = (await response.json()) as { updated_at: string }[];
    expect(found.length).toBe(5);
    for (const gist of found) expect(gist.updated_at >= since, gist.updated_at).toBe(true);
    expect(links(response).get("next")?.searchParams.get("since")).toBe(since);
  });

  test("a date alone is its first second, in UTC", async () => {
    const date = freshSince().slice(0, 10);
    await shared.get(`/octocat?since=${date}&per_page=11`);
    const again = await shared.get(`/octocat?since=${date}T00:00:00Z&per_page=11`);
    expect(again.headers.get("cache-status")).toContain("hit");
  });
});
