import { describe, expect, test } from "vitest";
import { freshSince } from "./support/fresh.ts";
import { cacheStatus, links } from "./support/headers.ts";
import { shared } from "./support/shared.ts";
import { withoutCalls } from "./support/stand-in.ts";

const atom = { headers: { accept: "application/atom+xml, application/rss+xml;q=0.9, */*;q=0.1" } };

const feeds = [
  { suffixed: "/octocat.atom", list: "/octocat", self: "/users/octocat/gists.atom" },
  { suffixed: "/users/OctoCat/gists.atom", list: "/users/OctoCat/gists", self: "/users/octocat/gists.atom" },
  { suffixed: "/gists/public.atom", list: "/gists/public", self: "/gists/public.atom" },
  { suffixed: "/api/v3/gists/public.atom", list: "/api/v3/gists", self: "/api/v3/gists/public.atom" },
];

describe.each(feeds)("$suffixed", ({ suffixed, list, self }) => {
  test("is the list's feed, by its address and by Accept, for one call", async () => {
    const query = `?since=${freshSince()}`;
    const gists = (await (await shared.get(`${list}${query}`)).json()) as { url: string }[];
    const feed = await withoutCalls(shared, () => shared.get(`${suffixed}${query}`));
    expect(feed.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    expect(cacheStatus(feed)).toMatchObject({ hit: true });
    const text = await feed.text();
    const ids = [...text.matchAll(/<entry>\n<id>([^<]+)</g)].map(([, id]) => id);
    expect(ids).toEqual(
      gists
        .map(({ url }) => new URL(url).pathname.replace("/api/v3", ""))
        .map((path) => `https://api.github.com${path}`),
    );
    expect(text, "tells nobody where the service calls GitHub").not.toContain(shared.github);
    expect(text).toMatch(/<feed [^>]+>\n<id>https:\/\/api\.github\.com\//);
    expect(text).toContain(`href="${shared.url}${self}${query.replaceAll(":", "%3A")}"`);
    const accepted = await withoutCalls(shared, () => shared.get(`${list}${query}`, atom));
    expect(accepted.headers.get("vary")).toContain("Accept");
    expect(await accepted.text()).toBe(text);
    expect(accepted.headers.get("etag")).toBe(feed.headers.get("etag"));
  });

  test("is 304 for its own validators", async () => {
    const path = `${suffixed}?since=${freshSince()}`;
    const { headers } = await shared.get(path);
    const since = headers.get("last-modified") ?? "";
    expect(Date.parse(since)).toBeGreaterThan(0);
    expect((await shared.get(path, { headers: { "if-none-match": headers.get("etag") ?? "" } })).status).toBe(304);
    expect((await shared.get(path, { headers: { "if-modified-since": since } })).status).toBe(304);
    const early = new Date(Date.parse(since) - 1000).toUTCString();
    expect((await shared.get(path, { headers: { "if-modified-since": early } })).status).toBe(200);
  });

  test("links to its next page as a feed", async () => {
    const next = links(await shared.get(`${suffixed}?since=${freshSince()}&per_page=3`)).get("next");
    expect(next?.pathname).toBe(suffixed);
    const text = await (await fetch(next as URL)).text();
    expect(text.match(/<entry>/g)).toHaveLength(3);
  });
});

test("JSON is the default, and wins if it is preferred", async () => {
  for (const accept of ["*/*", "application/json, application/atom+xml;q=0.5", "application/*"]) {
    const { headers } = await shared.get(`/octocat?since=${freshSince()}`, { headers: { accept } });
    expect(headers.get("content-type"), accept).toBe("application/json; charset=utf-8");
  }
});

test("all pages are no feed", async () => {
  expect((await shared.get("/octocat?all=true", { headers: { accept: "application/atom+xml" } })).status).toBe(415);
});

test("a user without gists has an empty feed, and an unknown one none", async () => {
  const empty = await shared.get("/hubot.atom?since=2999-01-01");
  expect(empty.status).toBe(200);
  expect(await empty.text()).not.toContain("<entry>");
  expect((await shared.get("/nobody-here.atom")).status).toBe(404);
  expect((await shared.get("/meta.atom")).status, "a reserved word").toBe(404);
});
