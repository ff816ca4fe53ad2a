import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createGitHub } from "./app.ts";
import type { ApiVersion } from "./env.ts";
import { notable } from "./octocat.ts";
import { createDescription, githubOpenapi } from "./openapi.ts";

const headers = { "user-agent": "test", authorization: "Bearer good" };
const { forked, talkative, revised } = notable;

/** Each endpoint of the stand-in: GitHub's template, and real paths of it. */
const endpoints: Record<string, string[]> = {
  "/users/{username}/gists": [
    ...Array.from({ length: 6 }, (_, n) => `/users/octocat/gists?page=${n + 1}`),
    "/users/octocat/gists?per_page=100",
    ...Array.from({ length: 31 }, (_, n) => `/users/prolific/gists?per_page=100&page=${n + 1}`),
    "/users/mona_acme/gists",
    "/users/old--timer/gists",
    "/users/legacy-/gists",
    "/users/-Jerry-/gists",
    "/users/torvalds-TEST/gists?since=2026-09-25T00:00:00Z",
    "/users/github/gists",
    "/users/empty-handed/gists",
    "/user/583231/gists?page=2",
  ],
  "/gists/public": Array.from({ length: 30 }, (_, n) => `/gists/public?per_page=100&page=${n + 1}`),
  "/gists": ["/gists", "/gists?per_page=100&page=2"],
  "/gists/{gist_id}": Object.values(notable).map((id) => `/gists/${id}`),
  "/gists/{gist_id}/commits": [
    `/gists/${revised}/commits`,
    `/gists/${revised}/commits?page=2`,
    `/gists/${forked}/commits`,
  ],
  "/gists/{gist_id}/forks": [`/gists/${forked}/forks`, `/gists/${forked}/forks?page=2`, `/gists/${revised}/forks`],
  "/gists/{gist_id}/comments": [
    `/gists/${talkative}/comments`,
    `/gists/${talkative}/comments?page=2`,
    `/gists/${revised}/comments`,
  ],
  "/gists/{gist_id}/comments/{comment_id}": [
    `/gists/${talkative}/comments/5000001`,
    `/gists/${talkative}/comments/5000011`,
  ],
  "/rate_limit": ["/rate_limit"],
};

describe.each<ApiVersion>(["2022-11-28", "2026-03-10"])("answers of %s are as GitHub describes them", (version) => {
  const description = createDescription(version);
  const github = createGitHub();
  const get = (path: string, more: Record<string, string> = headers) =>
    github.fetch(`https://api.github.com${path}`, { headers: { ...more, "x-github-api-version": version } });

  it.each(Object.entries(endpoints))("%s", async (template, paths) => {
    for (const path of paths) {
      const answer = await get(path);
      expect(answer.status, path).toBe(200);
      expect(answer.headers.get("x-github-api-version-selected")).toBe(version);
      expect(description.errorsOf(template, await answer.json()).slice(0, 5), path).toEqual([]);
    }
  });

  it("/gists/{gist_id}/{sha}", async () => {
    const commits = (await (await get(`/gists/${revised}/commits?per_page=100`)).json()) as {
      version: string;
      url: string;
    }[];
    expect(commits).toHaveLength(60);
    for (const commit of commits.slice(0, 60).filter((_, n) => n % 7 === 0)) {
      const answer = await get(new URL(commit.url).pathname);
      expect(description.errorsOf("/gists/{gist_id}/{sha}", await answer.json()).slice(0, 5), commit.url).toEqual([]);
    }
  });

  it("forks name what they are forks of", async () => {
    const forks = (await (await get(`/gists/${forked}/forks`)).json()) as { id: string }[];
    const fork = (await (await get(`/gists/${forks[0]?.id}`)).json()) as { fork_of: { id: string } };
    expect(description.errorsOf("/gists/{gist_id}", fork)).toEqual([]);
    expect(fork.fork_of.id).toBe(forked);
  });

  it("no field of a list entry is missing", async () => {
    const [first] = (await (await get("/users/octocat/gists")).json()) as object[];
    const expected = description.fieldsOf("base-gist").filter((field) => field !== "forks" && field !== "history");
    expect(Object.keys(first ?? {}).toSorted()).toEqual(expected.toSorted());
  });

  it("errors", async () => {
    const cases: [path: string, status: number, schema: string, headers?: Record<string, string>][] = [
      ["/users/nobody-here/gists", 404, "basic-error"],
      ["/gists/ffffffffffffffffffff", 404, "basic-error"],
      [`/gists/${forked}/0000000`, 404, "basic-error"],
      [`/gists/${talkative}/comments/1`, 404, "basic-error"],
      ["/nowhere", 404, "basic-error"],
      ["/users/octocat/gists?since=yesterday", 422, "validation-error"],
      ["/gists/public?per_page=100&page=31", 422, "validation-error"],
      ["/gists", 401, "basic-error", { "user-agent": "test" }],
      ["/gists/public", 401, "basic-error", { "user-agent": "test", authorization: "Bearer bad" }],
      ["/gists/public", 415, "basic-error", { "user-agent": "test", accept: "text/html" }],
    ];
    for (const [path, status, schema, sent] of cases) {
      const answer = await get(path, sent);
      expect(answer.status, path).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      const body = (await answer.json()) as { status: string };
      expect(description.errorsOfSchema(schema, body), path).toEqual([]);
      expect(body.status).toBe(String(status));
    }
  });
});

it("the description is whole: all that it refers to is in it, and where it is from", () => {
  const text = readFileSync(githubOpenapi, "utf8");
  const document = JSON.parse(text) as { "x-source": object; components: { schemas: object } };
  expect(document["x-source"]).toMatchObject({ package: "@octokit/openapi", version: expect.stringMatching(/^\d+\./) });
  const referred = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
  expect(referred.length).toBeGreaterThan(0);
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(referred));
});

it("the check itself finds what is wrong", async () => {
  const description = createDescription("2022-11-28");
  const answer = await createGitHub().fetch("https://api.github.com/users/octocat/gists", { headers });
  const [first] = (await answer.json()) as [object];
  expect(description.errorsOf("/users/{username}/gists", [first])).toEqual([]);
  expect(description.errorsOf("/users/{username}/gists", [{ ...first, files: null }])).not.toEqual([]);
  expect(description.errorsOf("/users/{username}/gists", [{ ...first, invented: true }])).not.toEqual([]);
  expect(description.errorsOf("/users/{username}/gists", [{ ...first, created_at: "yesterday" }])).not.toEqual([]);
  expect(createDescription("2026-03-10").errorsOf("/users/{username}/gists", [first])).not.toEqual([]);
});
