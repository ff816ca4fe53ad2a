import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { cacheStatus } from "./support/headers.ts";
import { freshSince } from "./support/fresh.ts";
import { passedOn } from "./support/resources.ts";
import { useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { askGitHub, standIn } from "./support/stand-in.ts";

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** Fails with a short message: a diff of a megabyte is of no use. */
function expectSameBytes(actual: Buffer, expected: Buffer) {
  expect(actual.byteLength, "as many bytes as GitHub sent").toBe(expected.byteLength);
  expect(actual.equals(expected), "GitHub's bytes, untouched").toBe(true);
}

describe.each(passedOn)("$name", ({ path, upstream }) => {
  test("is GitHub's response, byte for byte, first and from the cache", async () => {
    const at = await path(shared.github);
    const expected = await bytesOf(await askGitHub(shared.github, upstream(at)));
    expect(expected.byteLength, "the stand-in has the resource, with something in it").toBeGreaterThan(2);
    for (const _ of ["first", "again"]) {
      const response = await shared.get(at);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expectSameBytes(await bytesOf(response), expected);
    }
  });

  test("names GitHub's media type and API version", async () => {
    const response = await shared.get(await path(shared.github));
    expect(response.headers.get("x-github-media-type")).toBe("github.v3; format=json");
    expect(response.headers.get("x-github-api-version-selected")).toBe("2022-11-28");
  });

  test("calls GitHub in the newer API version if the client does", async () => {
    const at = await path(shared.github);
    const headers = { "x-github-api-version": "2026-03-10" };
    const response = await shared.get(at, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-github-api-version-selected")).toBe("2026-03-10");
    expectSameBytes(await bytesOf(response), await bytesOf(await askGitHub(shared.github, upstream(at), headers)));
  });

  test("keeps GitHub's Last-Modified, and invents none", async () => {
    const at = await path(shared.github);
    const expected = (await askGitHub(shared.github, upstream(at))).headers.get("last-modified");
    expect((await shared.get(at)).headers.get("last-modified")).toBe(expected);
  });
});

describe("gists that are unlike others", () => {
  const { talkative: _talkative, secret: _secret, ...rest } = notable;

  test.each(Object.entries(rest))("%s is passed on whole", async (_name, id) => {
    const response = await shared.get(`/gists/${id}`);
    expect(response.status).toBe(200);
    expectSameBytes(await bytesOf(response), await bytesOf(await askGitHub(shared.github, `/gists/${id}`)));
  });

  test("a user without gists has an empty list", async () => {
    const response = await shared.get("/empty-handed");
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("[]");
    expect(response.headers.get("link")).toBeNull();
  });

  test.each(["old--timer", "legacy-", "-Jerry-", "mona_acme", "github"])("%s is a name that exists", async (name) => {
    for (const path of [`/${name}`, `/users/${name}/gists`]) {
      expect((await shared.get(path)).status, path).toBe(200);
    }
  });
});

test.each(["dependabot%5Bbot%5D", "dependabot%5bbot%5d", "dependabot[bot]", "Dependabot[Bot]"])(
  "%s is an app's account, in any spelling",
  async (name) => {
    const user = await shared.get(`/users/${name}`);
    expect(user.status).toBe(200);
    expect(await user.json()).toMatchObject({ login: "dependabot[bot]", type: "Bot" });
    for (const path of [`/${name}`, `/users/${name}/gists`, `/api/v3/users/${name}/gists`]) {
      const response = await shared.get(path);
      expect(response.status, path).toBe(200);
      expect(await response.json(), path).toEqual([]);
    }
  },
);

describe("media types", () => {
  test.each([
    ["raw", `/gists/${notable.binary}`],
    ["base64", `/gists/${notable.binary}`],
    ["raw", `/gists/${notable.talkative}/comments`],
    ["text", `/gists/${notable.talkative}/comments`],
    ["html", `/gists/${notable.talkative}/comments`],
    ["full", `/gists/${notable.talkative}/comments`],
  ])("application/vnd.github.%s+json on %s is GitHub's response to it", async (param, path) => {
    for (const accept of [`application/vnd.github.${param}+json`, `application/vnd.github.v3.${param}+json`]) {
      const response = await shared.get(path, { headers: { accept } });
      expect(response.status).toBe(200);
      expect(response.headers.get("x-github-media-type")).toBe(`github.v3; param=${param}; format=json`);
      expectSameBytes(await bytesOf(response), await bytesOf(await askGitHub(shared.github, path, { accept })));
    }
  });

  test.each([
    "*/*",
    "application/*",
    "application/json",
    "application/vnd.github+json",
    "application/vnd.github.v3+json",
    "text/html, application/json;q=0.1",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  ])("Accept: %s gets JSON", async (accept) => {
    const response = await shared.get("/octocat", { headers: { accept } });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-github-media-type")).toBe("github.v3; format=json");
  });
});

describe("addresses", () => {
  const service = useService();

  test("the short and the long address are one resource", async () => {
    const since = freshSince();
    const short = await service.get(`/octocat?since=${since}`);
    const long = await service.get(`/users/octocat/gists?since=${since}`);
    expect(cacheStatus(short)).toMatchObject({ fwd: "miss" });
    expect(cacheStatus(long)).toMatchObject({ hit: true });
    expectSameBytes(await bytesOf(long), await bytesOf(short));
  });

  test.each(["health", "metrics", "docs", "gists", "users"])(
    "%s is reserved at the top level, but a user of that name is reached by the long address",
    async (word) => {
      await service.get(`/users/${word}/gists`);
      const calls = await standIn(service).calls();
      expect(calls.map((call) => call.path)).toContain(`/users/${word}/gists`);
      await service.get(`/${word}`);
      const asked = (await standIn(service).calls()).slice(calls.length).map((call) => call.path);
      expect(asked, "the top level is this service's own").toEqual(word === "gists" ? ["/gists/public"] : []);
    },
  );
});
