import { Octokit } from "@octokit/rest";
import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { type Service, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { bySince, standIn } from "./support/stand-in.ts";

/** A stock client, its base URL the only thing changed, and every address that it asked. */
function createClient(service: Pick<Service, "url">, options: { auth?: string } = {}) {
  const asked: string[] = [];
  const silent = () => undefined;
  const octokit = new Octokit({
    baseUrl: service.url,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    ...options,
  });
  octokit.hook.before("request", (request) => {
    asked.push(octokit.request.endpoint(request).url);
  });
  return { octokit, asked };
}

/** The error of a call of Octokit; a test fails if there was none. */
async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) =>
      thrown as Error & { status: number; response: { headers: Record<string, string>; data: unknown } },
  );
  if (!error) throw new Error("Octokit succeeded, but should have failed");
  // By name: each package of Octokit has its own copy of the class.
  expect(error.name).toBe("HttpError");
  return error;
}

describe("@octokit/rest", () => {
  test("lists a user's gists", async () => {
    const { octokit } = createClient(shared);
    const { data, headers } = await octokit.rest.gists.listForUser({ username: "octocat", since: freshSince() });
    expect(data).toHaveLength(30);
    expect(data[0]?.owner?.login).toBe("octocat");
    expect(headers.etag).toMatch(/^W\//);
  });

  test("paginates over all pages, and never leaves this service", async () => {
    const since = freshSince();
    const { octokit, asked } = createClient(shared);
    const all = await octokit.paginate(octokit.rest.gists.listForUser, { username: "Octocat", since, per_page: 25 });
    expect(all).toHaveLength(130);
    expect(new Set(all.map((gist) => gist.id)).size, "each gist once").toBe(130);
    expect(asked).toHaveLength(6);
    for (const url of asked) expect(url.startsWith(`${shared.url}/users/Octocat/gists?`), url).toBe(true);
    const calls = await standIn(shared).calls(bySince(since));
    expect(calls.map((call) => call.path)).toEqual(Array.from({ length: 6 }, () => "/users/octocat/gists"));
    await octokit.paginate(octokit.rest.gists.listForUser, { username: "octocat", since, per_page: 25 });
    expect(await standIn(shared).calls(bySince(since)), "all from the cache").toHaveLength(6);
  });

  test("paginates lazily, and may stop", async () => {
    const { octokit, asked } = createClient(shared);
    const pages = octokit.paginate.iterator("GET /users/{username}/gists", {
      username: "octocat",
      since: freshSince(),
      per_page: 50,
    });
    for await (const { data } of pages) {
      expect(data).toHaveLength(50);
      if (asked.length === 2) break;
    }
    expect(asked).toHaveLength(2);
  });

  test("paginates public gists to GitHub's bound", async () => {
    const { octokit, asked } = createClient(shared);
    const all = await octokit.paginate(octokit.rest.gists.listPublic, { since: freshSince(), per_page: 100 });
    expect(all).toHaveLength(3000);
    expect(asked.filter((url) => !url.startsWith(`${shared.url}/gists/public`))).toEqual([]);
  });

  test("gets a gist, its revisions, forks and comments", async () => {
    const { octokit } = createClient(shared);
    const gist = await octokit.rest.gists.get({ gist_id: notable.forked });
    expect(gist.data.files?.["hello_world.rb"]?.content).toContain("class HelloWorld");
    const commits = await octokit.rest.gists.listCommits({ gist_id: notable.forked });
    const sha = commits.data[1]?.version ?? "";
    const revision = await octokit.rest.gists.getRevision({ gist_id: notable.forked, sha });
    expect(revision.data.id).toBe(notable.forked);
    const forks = await octokit.paginate(octokit.rest.gists.listForks, { gist_id: notable.forked, per_page: 10 });
    expect(forks).toHaveLength(36);
  });

  test("gets comments, in any of GitHub's formats", async () => {
    const { octokit, asked } = createClient(shared);
    const comments = await octokit.paginate(octokit.rest.gists.listComments, {
      gist_id: notable.talkative,
      per_page: 20,
    });
    expect(comments).toHaveLength(45);
    expect(asked.every((url) => url.startsWith(shared.url))).toBe(true);
    const comment_id = comments[0]?.id ?? 0;
    const one = await octokit.rest.gists.getComment({
      gist_id: notable.talkative,
      comment_id,
      mediaType: { format: "html" },
    });
    expect(one.data).toHaveProperty("body_html");
  });

  test("reads the rate limit", async () => {
    const { octokit } = createClient(shared);
    const { data } = await octokit.rest.rateLimit.get();
    expect(data.resources.core.limit, "less 5 % for revalidation").toBe(4750);
  });

  test("its own token is harmless, and goes no further", async () => {
    const since = freshSince();
    const { octokit } = createClient(shared, { auth: "ghp_theClientsOwnToken" });
    expect((await octokit.rest.gists.listForUser({ username: "octocat", since })).status).toBe(200);
    const [call] = await standIn(shared).calls(bySince(since));
    expect(call?.headers["authorization"]).not.toContain("ghp_");
  });
});

describe("@octokit/rest fails properly", () => {
  test("404 of an unknown user", async () => {
    const { octokit } = createClient(shared);
    const error = await failureOf(octokit.rest.gists.listForUser({ username: freshName() }));
    expect(error).toMatchObject({
      status: 404,
      message: expect.stringContaining("Not Found - https://docs.github.com/"),
    });
  });

  test("422 names the parameter", async () => {
    const { octokit } = createClient(shared);
    const error = await failureOf(octokit.rest.gists.listForUser({ username: "octocat", per_page: "many" as never }));
    expect(error.status).toBe(422);
    expect(error.message).toContain("Validation Failed");
    expect(error.message).toContain("per_page");
  });

  test("304 of its own conditional request", async () => {
    const { octokit } = createClient(shared);
    const { headers } = await octokit.rest.gists.get({ gist_id: notable.letters });
    const again = octokit.rest.gists.get({
      gist_id: notable.letters,
      headers: { "if-none-match": headers.etag ?? "" },
    });
    expect((await failureOf(again)).status).toBe(304);
  });

  test("its own gists are everyone's, and 404 is what it starred", async () => {
    const { octokit } = createClient(shared, { auth: "ghp_theClientsOwnToken" });
    const { data } = await octokit.rest.gists.list({ per_page: 100 });
    expect(data.every((gist) => gist.public)).toBe(true);
    expect((await failureOf(octokit.rest.gists.listStarred())).status).toBe(404);
  });

  const service = useService();

  test("a limit says when to come again", async () => {
    await standIn(service).fault({ kind: "secondary", status: 403, retryAfter: 77 });
    const { octokit } = createClient(service);
    const error = await failureOf(octokit.rest.gists.listForUser({ username: "octocat" }));
    expect(error.status).toBe(403);
    expect(Number(error.response.headers["retry-after"])).toBeGreaterThan(70);
    expect(Number(error.response.headers["retry-after"])).toBeLessThanOrEqual(77);
  });
});
