import { describe, expect, it } from "vitest";
import { createGitHub } from "./app.ts";
import { notable } from "./octocat.ts";

const headers = { "user-agent": "test" };

/** The relations of a Link header. */
function relations(link: string | null): Record<string, string> {
  return Object.fromEntries([...(link ?? "").matchAll(/<([^>]*)>; rel="(\w+)"/g)].map((match) => [match[2], match[1]]));
}

describe("Link", () => {
  const github = createGitHub();
  github.limit({ limit: 10_000 });
  const get = (path: string, origin = "https://api.github.com") => github.fetch(origin + path, { headers });
  const linkOf = async (path: string) => (await get(path)).headers.get("link");

  it("names users by number, without per_page where it was not sent", async () => {
    expect(await linkOf("/users/OCTOCAT/gists")).toBe(
      '<https://api.github.com/user/583231/gists?page=2>; rel="next", <https://api.github.com/user/583231/gists?page=5>; rel="last"',
    );
  });

  it("keeps the query", async () => {
    expect(relations(await linkOf("/users/octocat/gists?per_page=7&page=2&since=2020-01-01T00:00:00Z"))).toEqual({
      prev: "https://api.github.com/user/583231/gists?per_page=7&page=1&since=2020-01-01T00%3A00%3A00Z",
      next: "https://api.github.com/user/583231/gists?per_page=7&page=3&since=2020-01-01T00%3A00%3A00Z",
      last: "https://api.github.com/user/583231/gists?per_page=7&page=19&since=2020-01-01T00%3A00%3A00Z",
      first: "https://api.github.com/user/583231/gists?per_page=7&page=1&since=2020-01-01T00%3A00%3A00Z",
    });
  });

  it("is absent where all fits on one page", async () => {
    for (const path of [
      "/users/hubot/gists",
      "/users/empty-handed/gists",
      "/users/github/gists",
      `/gists/${notable.forked}/commits`,
    ])
      expect(await linkOf(path), path).toBeNull();
  });

  it("has prev and first on the last page, and first, prev and last past it", async () => {
    expect(Object.keys(relations(await linkOf("/users/octocat/gists?page=5")))).toEqual(["prev", "first"]);
    const past = await get("/users/octocat/gists?page=9");
    expect(await past.json()).toEqual([]);
    expect(Object.keys(relations(past.headers.get("link"))).toSorted()).toEqual(["first", "last", "prev"]);
  });

  it("follows the origin of the request, or one that is set", async () => {
    const answer = await get("/users/octocat/gists", "http://127.0.0.1:9999");
    expect(relations(answer.headers.get("link"))["next"]).toBe("http://127.0.0.1:9999/user/583231/gists?page=2");
    const fixed = createGitHub({ origin: "https://github.test" });
    const other = await fixed.fetch("http://127.0.0.1:9999/gists/public", { headers });
    expect(relations(other.headers.get("link"))["next"]).toBe("https://github.test/gists/public?page=2");
  });

  it("uses the path itself for other lists", async () => {
    expect(relations(await linkOf(`/gists/${notable.talkative}/comments`))["next"]).toBe(
      `https://api.github.com/gists/${notable.talkative}/comments?page=2`,
    );
    expect(relations(await linkOf("/gists/public"))["last"]).toBe("https://api.github.com/gists/public?page=100");
  });

  it("leads through every item once", async () => {
    const seen: string[] = [];
    let url: string | undefined = "https://api.github.com/users/octocat/gists?per_page=40";
    while (url) {
      const answer: Response = await github.fetch(url, { headers });
      seen.push(...((await answer.json()) as { id: string }[]).map((gist) => gist.id));
      url = relations(answer.headers.get("link"))["next"];
    }
    expect(seen).toHaveLength(130);
    expect(new Set(seen).size).toBe(130);
    expect(seen).not.toContain(notable.secret);
  });

  it("tells how far back the public list goes", async () => {
    const answer = await get("/gists/public?per_page=100&page=31");
    expect(answer.status).toBe(422);
    expect(relations(answer.headers.get("link"))["last"]).toBe(
      "https://api.github.com/gists/public?per_page=100&page=30",
    );
  });

  it("forgives what it cannot read, and stops per_page at 100", async () => {
    const count = async (query: string) =>
      ((await (await get(`/users/octocat/gists${query}`)).json()) as unknown[]).length;
    expect(
      await Promise.all(["?per_page=1000", "?per_page=0", "?per_page=x", "?page=0", "?page=-1"].map(count)),
    ).toEqual([100, 30, 30, 30, 30]);
    const others = [
      "?per_page=",
      "?page=",
      "?per_page=-1",
      "?per_page=99999999999999999999",
      "?page=99999999999999999999",
    ];
    expect(await Promise.all(others.map(count))).toEqual([30, 30, 30, 100, 0]);
  });

  it("takes a time in any zone, in UTC without one, with a plus that was not escaped, and none for an empty one", async () => {
    const list = async (since: string) => (await get(`/users/octocat/gists?per_page=100&since=${since}`)).text();
    const [time] = ((await (await get("/users/octocat/gists?per_page=50")).json()) as { updated_at: string }[])
      .slice(-1)
      .map(({ updated_at }) => updated_at);
    const later = new Date(Date.parse(time!) + 7_200_000).toISOString().slice(0, 19);
    const expected = await list(time!);
    for (const same of [time!.slice(0, -1), `${later}%2B02:00`, `${later}+02:00`])
      expect(await list(same), same).toBe(expected);
    expect(await list("")).not.toBe(expected);
    expect((await get("/users/octocat/gists?since=yesterday")).status).toBe(422);
  });
});
