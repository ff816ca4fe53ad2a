import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectErrorBody } from "./support/errors.ts";
import { useQuietService } from "./support/service.ts";
import { standIn } from "./support/stand-in.ts";

const service = useQuietService();
const runs = { numRuns: 150 };

/** The only requests that GitHub may ever see. */
const allowed =
  /^\/(users\/[a-z0-9-]{1,39}(_[a-z0-9]{3,8}|%5Bbot%5D)?(\/gists)?|gists\/public|gists\/[0-9a-f]{1,64}(\/(commits|forks|comments(\/\d+)?|[0-9a-f]{7,64}))?)$/;

/** Sends a target as it is; fails on a 5xx, on an error that is not GitHub's, and on a call that may not be. */
async function expectSound(target: string, headers: readonly string[] = []): Promise<number> {
  const response = await service.raw({ target, headers });
  const said = `${JSON.stringify(target)} -> ${response.status} ${response.text.slice(0, 200)}`;
  expect(response.status, said).toBeLessThan(500);
  // A 400 may come from the runtime's own HTTP parser, which knows no JSON.
  const isOurs = response.header("x-content-type-options") !== undefined;
  if (response.status >= 400 && (isOurs || response.status !== 400)) expectErrorBody(response.text, response.status);
  for (const { method, path } of await standIn(service).calls()) {
    expect(method).toBe("GET");
    expect(path, `asked of GitHub after ${said}`).toMatch(allowed);
  }
  await standIn(service).forget();
  return response.status;
}

const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
/** Pieces of which wicked targets are made. */
const piece = fc.constantFrom(
  ..."/ // . .. %2e %2E %2f %5c \\ gists users public starred octocat gist %67ists ? # & = ; : @ % %00 %0d%0a %ff ~ * + per_page=1 page=2 ".split(
    " ",
  ),
  "aa5a315d61ae9438b18d",
  "comments",
  "commits",
);
const wicked = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);
const slashed = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join("/")}`);

describe("any request of a client", () => {
  test("any printable target gets a valid response", async () => {
    await fc.assert(
      fc.asyncProperty(printable, async (text) => void (await expectSound(`/${text}`))),
      runs,
    );
  });

  test("so is any that is made of wicked pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(wicked, slashed), async (target) => void (await expectSound(target))),
      runs,
    );
  });

  test("any text at all, encoded, is a name that exists, is 404 or is 400", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 45 }), async (text) => {
        fc.pre(!/[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "")));
        const status = await expectSound(`/users/${encodeURIComponent(text)}/gists`);
        expect([200, 400, 404]).toContain(status);
      }),
      runs,
    );
  });

  test("any query is 200 or 422", async () => {
    const name = fc.constantFrom("per_page", "page", "since", "Per_Page", "x", "");
    const value = fc.oneof(
      printable,
      fc.integer().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async (pairs) => {
        const query = pairs.map(([key, text]) => `${key}=${encodeURIComponent(text)}`).join("&");
        expect([200, 422]).toContain(await expectSound(`/empty-handed?${query}`));
      }),
      runs,
    );
  });

  test("any Accept, version, condition or host gets a valid response", async () => {
    const name = fc.constantFrom(
      "Accept",
      "X-GitHub-Api-Version",
      "If-None-Match",
      "If-Modified-Since",
      "Origin",
      "Range",
      "X-Forwarded-Host",
    );
    const line = fc.tuple(name, printable).map(([field, text]) => `${field}: ${text}`);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(line, { maxLength: 3 }), async (lines) => {
        expect([200, 304, 400, 415]).toContain(await expectSound("/empty-handed", lines));
      }),
      runs,
    );
  });
});

describe("names that are equal but for their case", () => {
  test("cost one call", async () => {
    const letters = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-");
    const login = fc
      .string({ unit: letters, minLength: 6, maxLength: 30 })
      .filter((text) => /^[a-z0-9].*[a-z]/.test(text));
    await fc.assert(
      fc.asyncProperty(login, async (name) => {
        await service.get(`/users/${name}/gists`);
        await standIn(service).forget();
        await service.get(`/users/${name.toUpperCase()}/gists`);
        expect(await standIn(service).calls()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
