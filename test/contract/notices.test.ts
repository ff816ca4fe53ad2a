import { afterEach, describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { cacheStatus, items } from "./support/headers.ts";
import { useService } from "./support/service.ts";
import { standIn } from "./support/stand-in.ts";

const docs = '<https://docs.github.com/rest/about-the-rest-api/breaking-changes>; rel="deprecation"; type="text/html"';
const deprecation = "@1793624400";
const sunset = "Tue, 01 Jun 2027 00:00:00 GMT";

/** The fields that announce an end to a client; the links without those to pages. */
function told({ headers }: Response) {
  const link = (headers.get("link") ?? "")
    .split(/, (?=<)/)
    .filter((one) => !/rel="(?:first|prev|next|last)"/.test(one));
  return { deprecation: headers.get("deprecation"), sunset: headers.get("sunset"), link: link.join(", ") };
}

const announced = { deprecation, sunset, link: docs };
const nothing = { deprecation: null, sunset: null, link: "" };

describe("what GitHub announces (RFC 9745, RFC 8594)", () => {
  const service = useService({ CACHE_TTL_SECONDS: "1", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0" });
  const announce = (fields: Record<string, string>) => standIn(service).fault({ kind: "fields", fields });

  afterEach(() => standIn(service).fault());

  /** Asks until GitHub has been asked again. */
  async function afterExpiry(path: string): Promise<Response> {
    for (;;) {
      const response = await service.get(path);
      if (cacheStatus(response).hit === undefined) return response;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test.each<[string, () => string]>([
    ["a list with pages", () => `/octocat?since=${freshSince()}`],
    ["one gist", () => `/gists/${notable.letters}`],
    ["a 404", () => `/${freshName()}`],
  ])("reaches clients by GET and HEAD, on miss and hit: %s", async (_, toPath) => {
    await announce({ deprecation, sunset, link: docs });
    const path = toPath();
    for (const method of ["GET", "HEAD", "GET"]) expect(told(await service.get(path, { method }))).toEqual(announced);
  });

  test("does not touch the links to pages", async () => {
    const path = `/octocat?since=${freshSince()}`;
    await announce({ link: docs });
    const link = (await service.get(path)).headers.get("link") ?? "";
    const pages = [...link.matchAll(/<([^>]*)>; rel="(?:next|last)"/g)].map(
      ([, target = ""]) => new URL(target).origin,
    );
    expect(pages).toEqual([service.url, service.url]);
  });

  test("reaches clients that have the body already", async () => {
    const path = `/octocat?since=${freshSince()}`;
    await announce({ deprecation, sunset, link: docs });
    const etag = (await service.get(path)).headers.get("etag") ?? "";
    for (const method of ["GET", "HEAD"]) {
      const unchanged = await service.get(path, { method, headers: { "if-none-match": etag } });
      expect(unchanged.status).toBe(304);
      expect(told(unchanged)).toEqual(announced);
    }
  });

  test("is taken from GitHub's 304 as well", async () => {
    const path = `/octocat?since=${freshSince()}`;
    expect(told(await service.get(path))).toEqual(nothing);
    await announce({ deprecation, sunset, link: docs });
    const second = await afterExpiry(path);
    expect(cacheStatus(second)["fwd-status"]).toBe(304);
    expect(told(second)).toEqual(announced);
    expect(told(await service.get(path)), "kept").toEqual(announced);
    await standIn(service).fault();
    await announce({ sunset: "Wed, 02 Jun 2027 00:00:00 GMT" });
    const third = await afterExpiry(path);
    // Fields that a 304 does not have stay (RFC 9111 section 3.2), except Link: GitHub's 304 has all of them.
    expect(told(third)).toEqual({ deprecation, sunset: "Wed, 02 Jun 2027 00:00:00 GMT", link: "" });
  });

  test("can be read by scripts of any site", async () => {
    const response = await service.get(`/octocat?since=${freshSince()}`, { headers: { origin: "https://a.example" } });
    expect(items(response, "access-control-expose-headers")).toEqual(
      expect.arrayContaining(["deprecation", "sunset", "link"]),
    );
  });

  test.each<[string, Record<string, string>]>([
    ["a script", { link: '<javascript:alert(1)>; rel="deprecation"' }],
    ["a page elsewhere", { link: '<https://evil.example/?page=2>; rel="deprecation next"' }],
    ["a link in quotes", { link: '<https://a.example/>; rel="x"; title="<https://evil.example>; rel=next"' }],
    ["a way around this service", { link: '<https://api.github.com/gists/1>; rel="self"' }],
    ["what is very long", { deprecation: "@".repeat(5000) }],
  ])("does no harm: %s", async (_, fields) => {
    await announce(fields);
    const response = await service.get(
      `/gists/${notable.manyFiles}/commits?page=${1 + Math.floor(Math.random() * 1e6)}`,
    );
    expect(response.status).toBe(200);
    expect(told(response)).toEqual(nothing);
  });
});
