import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { growth } from "../../../test/support/growth.ts";
import { isNotModified, toEtag } from "./conditional.ts";

const lastModified = "Wed, 01 May 2024 12:00:00 GMT";
const modifiedAt = Date.parse(lastModified);
const etag = 'W/"0123456789abcdef0123456789abcdef"';
const entry = { etag, lastModified };

const ask = (ifNoneMatch?: string, ifModifiedSince?: string) => isNotModified({ ifNoneMatch, ifModifiedSince }, entry);

/** RFC 9110 section 8.8.3: the characters allowed between the quotes. */
const opaque = fc.string({
  unit: fc
    .oneof(fc.constant(0x21), fc.integer({ min: 0x23, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }))
    .map((code) => String.fromCharCode(code)),
  maxLength: 12,
});
const tag = fc.tuple(fc.constantFrom("", "W/"), opaque).map(([weak, text]) => `${weak}"${text}"`);

describe("If-None-Match", () => {
  test("compares weakly: both forms of our tag match", () => {
    expect(ask(etag)).toBe(true);
    expect(ask(etag.slice(2))).toBe(true);
  });

  test("finds our tag in any list, and only there", () => {
    const comma = fc.constantFrom(",", ", ", " ,\t", ",, ");
    fc.assert(
      fc.property(
        fc.array(tag, { maxLength: 6 }),
        fc.nat(6),
        comma,
        fc.boolean(),
        (others, place, separator, listed) => {
          const tags = listed ? others.toSpliced(place, 0, etag) : others;
          expect(ask(tags.join(separator))).toBe(listed);
        },
      ),
    );
  });

  test("takes no tag from inside another, nor one without its quotes", () => {
    const bare = etag.slice(3, -1);
    for (const field of [
      bare,
      `"${bare}`,
      `${bare}"`,
      `"x${bare}"`,
      `"${bare}x"`,
      `"${bare.toUpperCase()}"`,
      '""',
      "W/",
    ])
      expect(ask(field), field).toBe(false);
  });

  test("of * means any representation", () => {
    expect(ask("*")).toBe(true);
    expect(ask(" * ")).toBe(true);
    expect(ask('"*"')).toBe(false);
  });

  test("wins over If-Modified-Since, whichever way (RFC 9110 section 13.2.2)", () => {
    expect(ask('"other"', lastModified)).toBe(false);
    expect(ask(etag, "Thu, 01 Jan 1970 00:00:00 GMT")).toBe(true);
  });

  test("of any text gets a result", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (field) => {
        expect(ask(field)).toBe(field.trim() === "*");
      }),
    );
  });

  test.each(['"', 'W/"', '""', "a", '"a,'])("of ever more %s takes linear time", (unit) => {
    expect(growth((count) => ask(unit.repeat(count)))).toBeLessThan(100);
  });
});

describe("If-Modified-Since", () => {
  test("holds from the second of the change", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (seconds) => {
        const since = new Date(modifiedAt + seconds * 1000).toUTCString();
        expect(ask(undefined, since)).toBe(seconds >= 0);
      }),
    );
  });

  test("is read in the two obsolete forms too, as GMT (RFC 9110 section 5.6.7)", () => {
    for (const [same, before] of [
      ["Wednesday, 01-May-24 12:00:00 GMT", "Wednesday, 01-May-24 11:59:59 GMT"],
      ["Wed May  1 12:00:00 2024", "Wed May  1 11:59:59 2024"],
    ])
      expect([ask(undefined, same), ask(undefined, before)]).toEqual([true, false]);
  });

  test("that is not a date of HTTP is ignored", () => {
    for (const field of [
      "",
      "2099",
      "2099-01-01",
      "0",
      "tomorrow",
      "Fri, 31 Dec 2099 99:99:99 GMT",
      `${lastModified}, x`,
    ])
      expect(ask(undefined, field), field).toBe(false);
    fc.assert(
      fc.property(fc.string(), (field) => {
        expect(ask(undefined, field)).toBe(false);
      }),
    );
  });

  test("is ignored if the time of change is unknown", () => {
    const unknown = { etag, lastModified: undefined };
    const ifModifiedSince = "Fri, 31 Dec 2100 00:00:00 GMT";
    expect(isNotModified({ ifNoneMatch: undefined, ifModifiedSince }, unknown)).toBe(false);
  });
});

test("an error, which has no tag, is never unchanged", () => {
  for (const ifNoneMatch of ["*", "", '""', undefined]) {
    const preconditions = { ifNoneMatch, ifModifiedSince: lastModified };
    expect(isNotModified(preconditions, { etag: "", lastModified }), ifNoneMatch).toBe(false);
  }
});

test("without preconditions the whole body is sent", () => {
  expect(ask()).toBe(false);
});

describe("our own validator", () => {
  test("is weak and hexadecimal, equal for equal bytes and different for others", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.uint8Array(), async (a, b) => {
        const [first, again, other] = await Promise.all([
          toEtag(new Uint8Array(a)),
          toEtag(new Uint8Array(a)),
          toEtag(new Uint8Array(b)),
        ]);
        expect(first).toMatch(/^W\/"[0-9a-f]{32}"$/);
        expect(again).toBe(first);
        expect(other === first).toBe(a.join() === b.join());
      }),
    );
  });
});
