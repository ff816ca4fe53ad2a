import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codings, toCoding } from "./coding.ts";

describe("Accept-Encoding", () => {
  test.each<[string | null, string | undefined]>([
    [null, undefined],
    ["", undefined],
    ["identity", undefined],
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["GZIP", "gzip"],
    ["br", "br"],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br; q=0.8 , gzip ;q=0.8", "br"],
    ["br;q=0, gzip", "gzip"],
    ["gzip;q=0", undefined],
    ["*", "br"],
    ["*;q=0.1, br;q=0", "gzip"],
    ["gzip;q=0.5, identity", undefined],
    ["gzip, identity;q=0.5", "gzip"],
    ["gzip, identity;q=0", "gzip"],
    ["gzip;q=nonsense", undefined],
    ["gzip;q=1.5", undefined],
    ["deflate, zstd", undefined],
  ])("%j asks for %s", (field, coding) => {
    expect(toCoding(field)).toBe(coding);
  });

  test("of any text gets a coding or none, and never a refused one", () => {
    fc.assert(
      fc.property(fc.string(), (field) => {
        expect([undefined, ...codings]).toContain(toCoding(field));
        for (const coding of codings) expect(toCoding(`${field},${coding};q=0`)).not.toBe(coding);
      }),
    );
  });
});
