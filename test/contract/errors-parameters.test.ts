import { describe, expect, test } from "vitest";
import { expectLocalError } from "./support/errors.ts";
import { resources } from "./support/resources.ts";
import { useQuietService } from "./support/service.ts";
import { withoutCalls } from "./support/stand-in.ts";

const service = useQuietService();
const gist = "aa5a315d61ae9438b18d";

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
const numbers = ["", "0", "-1", "1.5", "abc", "1e1", "%205", "%D9%A3", "0x10", "NaN", "99999999999999999999"];
const refused = [
  ...[...numbers, "101"].map((value) => ["per_page", value] as const),
  ...[...numbers, "1000001"].map((value) => ["page", value] as const),
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

  test("names every wrong parameter at once", async () => {
    const body = await expectLocalError(await ask(`${path}?per_page=0&page=x`), 422);
    expect(body.errors?.map((error) => error.field).toSorted()).toEqual(["page", "per_page"]);
  });
});

describe.each(dated)("%s", (path) => {
  test.each(dates)("refuses since=%s with 422, without asking GitHub", async (value) => {
    await expectRefused(`${path}?since=${value}`, "since");
  });

  test("refuses since given twice", async () => {
    await expectRefused(`${path}?since=2024-01-01T00:00:00Z&since=2024-01-02T00:00:00Z`, "since");
  });
});

describe("one gist", () => {
  test("has no parameters, so that none is refused", async () => {
    const response = await ask("/gists/xyz?per_page=0");
    // The id decides: the query is not looked at.
    expect(response.status).toBe(404);
  });
});

describe.each(resources)("$name", ({ path }) => {
  test.each(["2019-01-01", "latest", "v3", "2022-11-28, 2026-03-10"])(
    "refuses X-GitHub-Api-Version: %s with 400, as GitHub does",
    async (version) => {
      const at = await path(service.github);
      const body = await expectLocalError(await ask(at, { headers: { "x-github-api-version": version } }), 400);
      expect(body.message, "says which versions there are").toMatch(/2022-11-28[^]*2026-03-10/);
    },
  );

  test.each(["text/html", "image/png", "application/xml", "text/plain, image/*", "application/json;q=0", "*/*;q=0"])(
    "refuses Accept: %s with 406, since it allows no JSON",
    async (accept) => {
      const at = await path(service.github);
      await expectLocalError(await ask(at, { headers: { accept } }), 406);
    },
  );
});
