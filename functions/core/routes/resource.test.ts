import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createService, seen } from "../../../test/support/ports.ts";
import { notable } from "../../../stand-in/octocat.ts";

const resources = [
  "/octocat",
  "/users/octocat/gists",
  "/gists/public",
  `/gists/${notable.revised}`,
  `/gists/${notable.revised}/commits`,
  `/gists/${notable.forked}/forks`,
  `/gists/${notable.talkative}/comments`,
  `/gists/${notable.talkative}/comments/5000001`,
];

describe.each(resources)("%s", (path) => {
  test("is GitHub's bytes, and the same again from the cache", async () => {
    const { get, github } = createService();
    const first = await seen(await get(path));
    const again = await seen(await get(path));
    const call = github.calls[0];
    const direct = await github.fetch(`https://api.github.com${call?.path}${call?.query}`, {
      headers: { "user-agent": "test" },
    });
    expect(first.status).toBe(200);
    expect(first.body).toBe(await direct.text());
    expect(again.body).toBe(first.body);
    expect(github.calls).toHaveLength(2);
  });

  test("sends no data of the client to GitHub", async () => {
    const { get, github } = createService({ env: { GITHUB_TOKEN: "good-service" } });
    const headers = {
      authorization: "Bearer client",
      cookie: "session=client",
      "user-agent": "client/1",
      "x-forwarded-for": "192.0.2.1",
      referer: "https://client.example",
      "accept-language": "client",
    };
    expect((await get(`${path}?access_token=client`, { headers })).status).toBe(200);
    expect(JSON.stringify(github.calls)).not.toContain("client");
    expect(github.calls[0]?.headers).toMatchObject({
      authorization: "Bearer good-service",
      "user-agent": "edge-gists/1.2.3",
    });
  });

  test("is 405 by any other method, without a call", async () => {
    const { get, github } = createService();
    for (const method of ["POST", "PUT", "PATCH", "PROPFIND"]) {
      const response = await get(path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    }
    expect(github.calls).toEqual([]);
  });

  test("is 415 where JSON is not wanted, as at GitHub, without a call", async () => {
    const { get, github } = createService();
    expect((await get(path, { headers: { accept: "text/html" } })).status).toBe(415);
    expect(github.calls).toEqual([]);
  });
});

describe("media types", () => {
  test("of gists have separate cache entries, however they are spelled", async () => {
    const { get, github } = createService();
    const ask = (accept: string) => get(`/gists/${notable.revised}`, { headers: { accept } });
    const raw = await ask("application/vnd.github.raw+json");
    expect(raw.headers.get("x-github-media-type")).toBe("github.v3; param=raw; format=json");
    for (const accept of ["application/vnd.github.v3.raw+json", "application/vnd.github.raw"])
      expect((await ask(accept)).headers.get("cache-status"), accept).toContain("hit");
    for (const accept of ["application/json", "application/vnd.github.base64+json"])
      expect((await ask(accept)).headers.get("cache-status"), accept).toContain("fwd=miss");
    expect(github.calls.map((call) => call.headers["accept"])).toEqual([
      "application/vnd.github.raw+json",
      "application/vnd.github+json",
      "application/vnd.github.base64+json",
    ]);
  });
});

describe("X-GitHub-Api-Version", () => {
  test.each(["2022-11-28", "2026-03-10"])("%s is passed on and selected", async (version) => {
    const { get, github } = createService();
    const response = await get("/octocat", { headers: { "x-github-api-version": version } });
    expect(response.headers.get("x-github-api-version-selected")).toBe(version);
    expect(github.calls[0]?.headers["x-github-api-version"]).toBe(version);
  });

  test("makes another resource", async () => {
    const { get, github } = createService();
    for (const version of ["2022-11-28", "2026-03-10", "2022-11-28"])
      await get("/octocat", { headers: { "x-github-api-version": version } });
    await get("/octocat");
    expect(github.calls).toHaveLength(2);
  });

  test("of any other text is a 400 that does not repeat it", async () => {
    const { get } = createService();
    const header = fc.string({ unit: "grapheme-ascii", minLength: 1 }).filter((text) => text.trim() !== "");
    await fc.assert(
      fc.asyncProperty(header, async (text) => {
        const response = await get("/octocat", { headers: { "x-github-api-version": `${text}~hostile` } });
        expect(response.status).toBe(400);
        expect(await response.text()).not.toContain("hostile");
      }),
      { numRuns: 50 },
    );
  });
});
