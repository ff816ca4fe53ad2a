import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { expectLocalError } from "./support/errors.ts";
import { passedOn } from "./support/resources.ts";
import { useQuietService } from "./support/service.ts";
import { withoutCalls } from "./support/stand-in.ts";

const service = useQuietService();
const { revised: gist } = notable;

const paginated = [
  "/octocat",
  "/users/octocat/gists",
  "/gists/public",
  `/gists/${gist}/commits`,
  `/gists/${gist}/forks`,
  `/gists/${gist}/comments`,
];
const dated = ["/octocat", "/users/octocat/gists", "/gists/public"];

/** Every query that must be refused: the field to blame, and its raw value. */
const numbers = ["1.5", "abc", "1e1", "%205", "%2B5", "%D9%A3", "0x10", "NaN", "-", "--1"];
const refused = [
  ...numbers.map((value) => ["per_page", value] as const),
  ...[...numbers, "1000001", "99999999999999999999"].map((value) => ["page", value] as const),
];
/** Other spellings of a page, as GitHub takes them, or as if they were absent if GitHub documents nothing. */
const alike: [query: string, ...others: string[]][] = [
  ["per_page=100", "per_page=101", "per_page=1000", "per_page=99999999999999999999", "per_page=0100"],
  ["", "per_page=", "per_page=0", "per_page=-1", "page=", "page=0", "page=-1", "page=1&per_page=30", "per_page=&page="],
];
/** Other spellings of the time 2010-05-01T00:00:00Z. */
const sameTime = [
  "2010-05-01",
  "2010-05-01T00:00:00",
  "2010-05-01T02:00:00+02:00",
  "2010-05-01T02:00:00%2B02:00",
  "2010-04-30T19:00:00-05:00",
];
const dates = [
  "yesterday",
  "2024-13-01T00:00:00Z",
  "2024-02-30T00:00:00Z",
  "2024-01-01T25:00:00Z",
  "1700000000",
  "%00",
];

const ask = (path: string, init?: RequestInit) => withoutCalls(service, () => service.get(path, init));

async function expectRefused(path: string, field: string) {
  const body = await expectLocalError(await ask(path), 422);
  expect(body.message).toBe("Validation Failed");
  expect(body.errors, `which parameter, and why: ${path}`).toEqual([
    { resource: "Query", field, code: "invalid", message: expect.stringMatching(/\S/) },
  ]);
}

describe.each(paginated)("%s", (path) => {
  test.each(refused)("refuses %s=%s with 422, without asking GitHub", async (field, value) => {
    await expectRefused(`${path}?${field}=${value}`, field);
  });

  test.each(["per_page=5&per_page=6", "per_page=5&per_page=5"])(
    "refuses %s: a parameter given twice",
    async (query) => {
      await expectRefused(`${path}?${query}`, "per_page");
    },
  );

  test("refuses page given twice", async () => {
    await expectRefused(`${path}?page=1&page=2`, "page");
  });

  test.each(alike)("?%s is the same page however it is spelled, and one call to GitHub", async (query, ...others) => {
    const page = await service.get(`${path}?${query}`);
    const text = await page.text();
    for (const other of others) {
      const response = await ask(`${path}?${other}`);
      expect(response.status, other).toBe(page.status);
      expect(await response.text(), other).toBe(text);
    }
  });

  test("names every wrong parameter at once", async () => {
    const body = await expectLocalError(await ask(`${path}?per_page=1.5&page=x`), 422);
    expect(body.errors?.map((error) => error.field).toSorted()).toEqual(["page", "per_page"]);
  });
});

describe.each(dated)("%s", (path) => {
  test.each(dates)("refuses since=%s with 422, without asking GitHub", async (value) => {
    await expectRefused(`${path}?since=${value}`, "since");
  });

  test("takes a time in every spelling as the same, and an empty one as none", async () => {
    const since = await (await service.get(`${path}?since=2010-05-01T00:00:00Z`)).text();
    for (const value of sameTime) expect(await (await ask(`${path}?since=${value}`)).text(), value).toBe(since);
    const all = await (await service.get(path)).text();
    expect(await (await ask(`${path}?since=`)).text()).toBe(all);
  });

  test("refuses since given twice", async () => {
    await expectRefused(`${path}?since=2024-01-01T00:00:00Z&since=2024-01-02T00:00:00Z`, "since");
  });
});

describe("one gist", () => {
  test("has no parameters, so that none is refused", async () => {
    const response = await ask("/gists/xyz?per_page=x");
    // The id decides: the query is not looked at.
    expect(response.status).toBe(404);
  });
});

describe.each(passedOn)("$name", ({ path }) => {
  test.each(["2019-01-01", "latest", "v3", "2022-11-28, 2026-03-10"])(
    "refuses X-GitHub-Api-Version: %s with 400, as GitHub does",
    async (version) => {
      const at = await path(service.github);
      const body = await expectLocalError(await ask(at, { headers: { "x-github-api-version": version } }), 400);
      expect(body.message, "says which versions there are").toMatch(/2022-11-28[^]*2026-03-10/);
    },
  );

  test.each(["text/html", "image/png", "application/xml", "text/plain, image/*", "application/json;q=0", "*/*;q=0"])(
    "refuses Accept: %s with 415, as GitHub does, since it allows no JSON",
    async (accept) => {
      const at = await path(service.github);
      const body = await expectLocalError(await ask(at, { headers: { accept } }), 415);
      expect(body.message).toBe(`Unsupported 'Accept' header: '${accept}'. Must accept 'application/json'.`);
    },
  );
});
