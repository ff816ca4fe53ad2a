import { describe, expect, test } from "vitest";
import { freshSince } from "./support/fresh.ts";
import { cacheStatus, links } from "./support/headers.ts";
import { expectHeadLikeGet } from "./support/methods.ts";
import { useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { askGitHub, bySince, standIn, withoutCalls } from "./support/stand-in.ts";

/* All pages of a user's gists as one response. What each page may do: functions/core/routes/all-pages.test.ts. */

const addresses = ["/users/Octocat/gists", "/octocat", "/api/v3/users/octocat/gists"];
const lines = { headers: { accept: "application/x-ndjson" } };

function ids(text: string): string[] {
  return (JSON.parse(text) as { id: string }[]).map(({ id }) => id);
}

async function idsAtGitHub(): Promise<string[]> {
  const pages = [1, 2].map(async (page) =>
    ids(await (await askGitHub(shared.github, `/users/octocat/gists?per_page=100&page=${page}`)).text()),
  );
  return (await Promise.all(pages)).flat();
}

describe.each(addresses)("%s?all=true", (address) => {
  const path = () => `${address}?all=true&since=${freshSince()}`;

  test("has every gist once, in GitHub's order, for a call for each page", async () => {
    const since = freshSince();
    const all = `${address}?all=true&since=${since}`;
    const response = await shared.get(all);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(links(response).size).toBe(0);
    expect(cacheStatus(response)).toMatchObject({ fwd: "miss", "fwd-status": 200, stored: true });
    expect(ids(await response.text())).toEqual(await idsAtGitHub());
    const { calls } = standIn(shared);
    expect(await calls(bySince(since))).toHaveLength(2);
    const again = await withoutCalls(shared, () => shared.get(all));
    expect(cacheStatus(again)).toMatchObject({ hit: true });
  });

  test("as lines has the same gists, a line each", async () => {
    const all = path();
    const array = await (await shared.get(all)).text();
    const response = await shared.get(all, lines);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    expect(response.headers.get("vary")).toContain("Accept");
    const text = await response.text();
    expect(text.endsWith("\n")).toBe(true);
    expect(`[${text.trimEnd().split("\n").join(",")}]`).toBe(array);
  });

  test.each([
    ["an array", {}],
    ["lines", lines],
  ])("as %s is 304 for its own validator, and HEAD like GET", async (_, init) => {
    const all = path();
    const { headers } = await shared.get(all, init);
    const etag = headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[\da-f]{32}"$/);
    const conditional = { headers: { ...("headers" in init && init.headers), "if-none-match": etag } };
    expect((await shared.get(all, conditional)).status).toBe(304);
    const head = await shared.get(all, { ...init, method: "HEAD" });
    expect(head.headers.get("etag")).toBe(etag);
    await expectHeadLikeGet(shared, all);
  });
});

describe("3,000 gists", () => {
  const service = useService({ GITHUB_TOKEN: "good" });

  test("are thirty calls, and none again", async () => {
    const { calls } = standIn(service);
    const path = "/users/prolific/gists?all=true";
    const first = await service.get(path);
    expect(new Set(ids(await first.text())).size).toBe(3000);
    expect(links(first).get("next")?.searchParams.get("page")).toBe("31");
    expect(await calls()).toHaveLength(30);
    const again = await withoutCalls(service, () => service.get(path));
    expect(ids(await again.text())).toHaveLength(3000);
  });
});

describe("if one page fails", () => {
  const service = useService({ UPSTREAM_RETRIES: "0" });

  test("the response is GitHub's failure, and no short array", async () => {
    await standIn(service).fault({ kind: "status", status: 500, after: 1 });
    const response = await service.get("/octocat?all=true");
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ status: "502" });
  });
});
