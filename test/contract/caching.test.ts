import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { cacheStatus } from "./support/headers.ts";
import { runtime, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { bySince, standIn } from "./support/stand-in.ts";

describe("Cache-Status", () => {
  const service = useService();

  test("an unknown user is remembered as well", async () => {
    const path = `/${freshName()}`;
    const first = await service.get(path);
    expect(first.status).toBe(404);
    expect(cacheStatus(first)).toMatchObject({ fwd: "miss", "fwd-status": 404, stored: true });
    const second = await service.get(path);
    expect(second.status).toBe(404);
    expect(cacheStatus(second)).toMatchObject({ hit: true });
    expect(await second.text()).toBe(await first.text());
    expect(await standIn(service).calls((call) => call.path === `/users${path}/gists`)).toHaveLength(1);
  });
});

describe("Cache-Control and Age", () => {
  test("state the whole fresh lifetime, and its elapsed part", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const first = await shared.get(path);
    expect(first.headers.get("cache-control")).toBe("public, max-age=60");
    expect(first.headers.get("age")).toBe("0");
    await expect
      .poll(async () => Number((await shared.get(path)).headers.get("age")), { timeout: 5000, interval: 100 })
      .toBeGreaterThanOrEqual(1);
    expect((await shared.get(path)).headers.get("cache-control")).toBe("public, max-age=60");
  });

  test.each(["/health", "/health/ready", "/rate_limit", ...(runtime === "gateway" ? [] : ["/metrics"])])(
    "%s is never to be kept",
    async (path) => {
      expect((await shared.get(path)).headers.get("cache-control")).toMatch(/no-store/);
    },
  );
});

/** Asks for both, in order, and says how many calls that cost. */
async function callsFor(service: { get: typeof shared.get; github: string }, ...asks: [string, RequestInit?][]) {
  const before = (await standIn(service).calls()).length;
  for (const [path, init] of asks) expect((await service.get(path, init)).status, path).toBe(200);
  return (await standIn(service).calls()).length - before;
}

describe("one entry", () => {
  const service = useService();

  test("for every case of a login", async () => {
    const since = freshSince();
    const asks = ["octocat", "Octocat", "OCTOCAT", "oCtOcAt"].map((name): [string] => [`/${name}?since=${since}`]);
    expect(await callsFor(service, ...asks, [`/users/OctoCat/gists?since=${since}`])).toBe(1);
  });

  test("for every case of a gist's id", async () => {
    const { letters } = notable;
    const asks = [letters, letters.toUpperCase(), `ABC${letters.slice(3)}`].map((id): [string] => [`/gists/${id}`]);
    expect(await callsFor(service, ...asks)).toBe(1);
  });

  test("for every case of a revision", async () => {
    const commits = (await (await service.get(`/gists/${notable.revised}/commits?per_page=3`)).json()) as {
      version: string;
    }[];
    const sha = commits[2]?.version ?? "";
    const id = notable.revised;
    expect(await callsFor(service, [`/gists/${id}/${sha}`], [`/gists/${id.toUpperCase()}/${sha.toUpperCase()}`])).toBe(
      1,
    );
  });

  test.each([
    ["the defaults, said or not", ["", "&per_page=30", "&page=1", "&page=1&per_page=30"]],
    ["any order", ["&per_page=7&page=2", "&page=2&per_page=7"]],
    ["leading zeros", ["&per_page=8", "&per_page=08"]],
    [
      "parameters that nobody knows",
      ["&per_page=9", "&per_page=9&utm_source=x", "&x&per_page=9", "&per_page=9&use_cache=false"],
    ],
  ])("for %s", async (_what, variants) => {
    const since = freshSince();
    expect(await callsFor(service, ...variants.map((rest): [string] => [`/octocat?since=${since}${rest}`]))).toBe(1);
  });

  test("for one moment, however written", async () => {
    const second = freshSince();
    const time = new Date(second).getTime();
    const offset = new Date(time + 7_200_000).toISOString().replace(".000Z", "%2B02:00");
    const variants = [
      second,
      second.replace("Z", ".000Z"),
      second.toLowerCase(),
      offset,
      second.replaceAll(":", "%3A"),
    ];
    expect(await callsFor(service, ...variants.map((since): [string] => [`/octocat?since=${since}`]))).toBe(1);
  });

  test("for media types that mean the same", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const accepts = ["*/*", "application/json", "application/vnd.github+json", "application/vnd.github.v3+json"];
    expect(
      await callsFor(service, ...accepts.map((accept): [string, RequestInit] => [path, { headers: { accept } }])),
    ).toBe(1);
  });

  test("for HEAD and GET", async () => {
    const since = freshSince();
    const path = `/octocat?since=${since}`;
    expect(await callsFor(service, [path, { method: "HEAD" }], [path])).toBe(1);
    // The result of a HEAD must serve the GET: the call to GitHub is a GET too.
    expect((await standIn(service).calls(bySince(since)))[0]?.method).toBe("GET");
  });

  test("whatever the client sends about caching, itself and its credentials", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const headers: [string, string][] = [
      ["cache-control", "no-cache"],
      ["cache-control", "no-store"],
      ["pragma", "no-cache"],
      ["authorization", "Bearer good-client"],
      ["cookie", "session=1"],
      ["user-agent", "somebody/1.0"],
      ["accept-language", "de"],
    ];
    const asks = headers.map(([name, value]): [string, RequestInit] => [path, { headers: { [name]: value } }]);
    expect(await callsFor(service, [path], ...asks)).toBe(1);
  });
});

describe("entries of their own", () => {
  const service = useService();

  test.each([
    "per_page=1|per_page=2",
    "page=1|page=2",
    "per_page=30&page=11|per_page=3&page=011",
    "page=1&per_page=12|page=11&per_page=2",
  ])("for %s", async (pair) => {
    const since = freshSince();
    const asks = pair.split("|").map((query): [string] => [`/octocat?since=${since}&${query}`]);
    expect(await callsFor(service, ...asks)).toBe(2);
  });

  test("for API versions", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const newer = { headers: { "x-github-api-version": "2026-03-10" } };
    const older = { headers: { "x-github-api-version": "2022-11-28" } };
    expect(await callsFor(service, [path], [path, newer], [path, older])).toBe(2);
    expect((await service.get(path, newer)).headers.get("x-github-api-version-selected")).toBe("2026-03-10");
    expect((await service.get(path)).headers.get("x-github-api-version-selected")).toBe("2022-11-28");
  });

  test("for media types", async () => {
    const path = `/gists/${notable.talkative}/comments?per_page=2`;
    const accepts = ["json", "raw", "text", "html", "full"].map((param) => `application/vnd.github.${param}+json`);
    const asks = accepts.map((accept): [string, RequestInit] => [path, { headers: { accept } }]);
    expect(await callsFor(service, [path], ...asks.slice(1), ...asks.slice(1))).toBe(5);
  });

  test("for a gist, its parts and its revisions", async () => {
    const base = `/gists/${notable.forked}`;
    expect(await callsFor(service, [base], [`${base}/commits`], [`${base}/forks`], [`${base}/comments`])).toBe(4);
  });
});
