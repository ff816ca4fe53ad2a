import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createService } from "../../../test/support/ports.ts";

const { get, github } = createService({ env: { GITHUB_TOKEN: "good" } });

interface Refusal {
  message: string;
  errors: { resource: string; field: string; code: string; message: string }[];
}

/** Asks for a list; gives the fields that are to blame, or what GitHub was asked. */
async function ask(query: string, path = "/octocat"): Promise<{ refused: string[] } | { status: number }> {
  const response = await get(`${path}?${query}`);
  if (response.status !== 422) return { status: response.status };
  const body = (await response.json()) as Refusal;
  expect(body.message).toBe("Validation Failed");
  expect(response.headers.get("cache-control")).toBe("no-store");
  for (const error of body.errors)
    expect(error).toMatchObject({ resource: "Query", code: "invalid", message: expect.stringContaining("Must") });
  return { refused: body.errors.map((error) => error.field) };
}

/** What GitHub was asked with, for a query that nobody has asked with before. */
async function sent(query: string): Promise<URLSearchParams> {
  const fresh = createService();
  await fresh.get(`/gists/public?${query}`);
  return new URLSearchParams(fresh.github.calls[0]?.query);
}

const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom(
    "",
    " 1",
    "1 ",
    "+1",
    "-0",
    "0x1",
    "1e1",
    "1.0",
    "٣",
    "1_0",
    "NaN",
    "null",
    "[]",
    "{}",
    "2024-05-01",
    "99999999999999999999",
    "__proto__",
  ),
);

/** The number that GitHub takes a text for; undefined where this service refuses it. */
function meaningOf(name: "per_page" | "page", text: string): number | undefined {
  if (!/^(?:-?[0-9]+)?$/.test(text)) return undefined;
  const number = Number(text);
  if (name === "per_page") return number < 1 ? 30 : Math.min(number, 100);
  return number > 1_000_000 ? undefined : Math.max(number, 1);
}

describe.each(["per_page", "page"] as const)("%s", (name) => {
  test("of any text is an integer or refused by its name", async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        const answer = await ask(`${name}=${encodeURIComponent(text.toWellFormed())}`);
        const isTaken = meaningOf(name, text.toWellFormed()) !== undefined;
        expect(answer).toEqual(isTaken ? { status: 200 } : { refused: [name] });
      }),
      { numRuns: 300 },
    );
  });

  test("is taken as GitHub takes it, and GitHub is asked by that number alone", async () => {
    const texts = [
      "",
      "0",
      "-0",
      "-1",
      "1",
      "007",
      "30",
      "99",
      "100",
      "101",
      "1000",
      "1000000",
      "1000001",
      "9".repeat(400),
    ];
    for (const text of texts) {
      const meaning = meaningOf(name, text);
      if (meaning === undefined) expect(await ask(`${name}=${text}`), text).toEqual({ refused: [name] });
      else expect((await sent(`${name}=${text}`)).get(name), text).toBe(String(meaning));
    }
  });

  test("in all spellings of one number is one resource", async () => {
    const { get: getFresh, github: asked } = createService();
    const same = name === "per_page" ? ["100", "101", "0100", "99999999999999999999"] : ["", "0", "1", "-5", "01"];
    for (const text of same) expect((await getFresh(`/octocat?${name}=${text}`)).status, text).toBe(200);
    expect(asked.calls).toHaveLength(1);
  });

  test("given twice is refused, whatever the values", async () => {
    for (const query of [`${name}=1&${name}=1`, `${name}=1&page[]=2&${name}=x`, `${name}&${name}`])
      expect(await ask(query), query).toEqual({ refused: [name] });
  });
});

describe("since", () => {
  test("of any text is accepted or refused with its name, and never a 500", async () => {
    const digits = fc.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/);
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, digits), async (text) => {
        const answer = await ask(`since=${encodeURIComponent(text.toWellFormed())}`);
        expect([{ status: 200 }, { refused: ["since"] }]).toContainEqual(answer);
      }),
      { numRuns: 300 },
    );
  });

  test("in any zone and precision is the same moment in UTC, in whole seconds", async () => {
    const moment = fc.integer({ min: Date.UTC(1000, 0), max: Date.UTC(9998, 0) });
    const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    await fc.assert(
      fc.asyncProperty(moment, offset, fc.constantFrom("", ".5", ".123456789"), async (ms, minutes, fraction) => {
        const seconds = Math.floor(ms / 1000) * 1000;
        const at = Math.abs(minutes);
        const zone = `${minutes < 0 ? "-" : "+"}${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
        const local = new Date(seconds + minutes * 60_000).toISOString().slice(0, 19);
        const query = await sent(`since=${encodeURIComponent(`${local}${fraction}${zone}`)}`);
        expect(query.get("since")).toBe(new Date(seconds).toISOString().replace(".000", ""));
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ["2024-05-01", "2024-05-01T00:00:00Z"],
    ["2024-02-29t12:00:00z", "2024-02-29T12:00:00Z"],
    // Without a zone it is UTC, whatever the zone of the process.
    ["2024-05-01T10:20:30", "2024-05-01T10:20:30Z"],
    ["2024-05-01T10:20:30.5", "2024-05-01T10:20:30Z"],
    // In a query a raw + is a blank.
    ["2024-05-01T10:20:30+02:00", "2024-05-01T08:20:30Z"],
    ["2024-05-01T10:20:30%2B02:00", "2024-05-01T08:20:30Z"],
  ])("of %s is %s", async (text, normal) => {
    expect((await sent(`since=${text}`)).get("since")).toBe(normal);
  });

  const impossible =
    "2024-02-31 2023-02-29T00:00:00Z 2024-04-31T12:00:00Z 2024-13-01 2024-00-01 2024-01-00 2024-01-01T24:00:00Z 2024-01-01T00:60:00Z 2024-01-01T00:00:60Z 2024-01-01T00:00:00+24:00 2024-01 0000-01-01 9999-12-31T23:59:59-00:01 yesterday";
  test.each([...impossible.split(" "), "2024-01-01 00:00:00Z", " ", "2024-01-01 02:00"])(
    "of %s is refused: there is no such time",
    async (text) => {
      expect(await ask(`since=${encodeURIComponent(text)}`)).toEqual({ refused: ["since"] });
    },
  );
});

test("since with nothing in it is none", async () => {
  expect((await sent("since=&page=2")).has("since")).toBe(false);
});

describe("a query", () => {
  test("of any shape is answered by 200 or 422", async () => {
    const piece = fc.oneof(
      fc.constantFrom("page", "per_page", "since", "=", "&", "%", "%zz", "%00", "[", "]", "+", "__proto__", "1", ";"),
      fc.string({ maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
        expect([200, 422]).toContain((await get(`/gists/public?${pieces.join("").replaceAll("#", "")}`)).status);
      }),
      { numRuns: 300 },
    );
  });

  test("names every wrong parameter at once", async () => {
    expect(await ask("per_page=1.5&page=x&since=y")).toEqual({ refused: ["since", "per_page", "page"] });
  });

  test("that is refused causes no call, and an unknown parameter is not passed on", async () => {
    github.forget();
    await ask("per_page=x", "/octocat");
    await ask("page=1000001", "/gists/aa5a315d61ae9438b18d/comments");
    expect(github.calls).toEqual([]);
    expect([...(await sent("access_token=s3cr3t&sort=asc&page=2"))].map(([name]) => name).toSorted()).toEqual([
      "page",
      "per_page",
    ]);
  });
});
