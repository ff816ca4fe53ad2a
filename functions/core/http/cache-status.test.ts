import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failures } from "../errors.ts";
import { type Answer, handlings } from "../model.ts";
import { toCacheStatus } from "./cache-status.ts";

const now = Date.UTC(2026, 10, 2);
const entry = {
  status: 200,
  contentType: "application/json",
  link: undefined,
  lastModified: undefined,
  etag: "",
  upstreamEtags: {},
  validatedAt: now,
  freshUntil: now + 60_000,
  body: new Uint8Array(),
};
const answer = (fields: Partial<Answer>): Answer => ({ entry, handling: "HIT", ...fields });

describe("Cache-Status", () => {
  test.each<[Partial<Answer>, string]>([
    [{ handling: "HIT" }, "EdgeGists; hit; ttl=60"],
    [{ handling: "MISS", upstreamStatus: 200, stored: true }, "EdgeGists; fwd=miss; fwd-status=200; stored; ttl=60"],
    [{ handling: "MISS", upstreamStatus: 422 }, "EdgeGists; fwd=miss; fwd-status=422"],
    [
      { handling: "REVALIDATED", upstreamStatus: 304, stored: true },
      "EdgeGists; fwd=stale; fwd-status=304; stored; ttl=60",
    ],
    [
      { handling: "CHANGED", upstreamStatus: 200, stored: true },
      "EdgeGists; fwd=stale; fwd-status=200; stored; ttl=60",
    ],
    [{ handling: "COALESCED", upstreamStatus: 200 }, "EdgeGists; fwd=miss; fwd-status=200; collapsed; ttl=60"],
  ])("of %j is %s", (fields, expected) => {
    expect(toCacheStatus(answer(fields), now)).toBe(expected);
  });

  test("is one member of RFC 9211: a hit or forwarded, never both, each parameter once", () => {
    const any = fc.record(
      {
        handling: fc.constantFrom(...handlings),
        upstreamStatus: fc.constantFrom(200, 304, 404, 429, 503),
        stored: fc.boolean(),
        forward: fc.constantFrom("miss" as const, "stale" as const),
        reason: fc.constantFrom(...(Object.keys(failures) as (keyof typeof failures)[])),
      },
      { requiredKeys: ["handling", "reason"] },
    );
    fc.assert(
      fc.property(any, fc.integer({ min: -86_400_000, max: 86_400_000 }), (fields, left) => {
        const text = toCacheStatus(answer({ ...fields, entry: { ...entry, freshUntil: now + left } }), now);
        expect(text).toMatch(
          /^EdgeGists(?:; (?:hit|stored|collapsed|fwd=(?:miss|stale)|fwd-status=\d{3}|ttl=-?\d+|detail=[a-z][a-z-]*))+$/,
        );
        const names = text.split("; ").map((part) => part.split("=")[0]);
        expect(new Set(names).size).toBe(names.length);
        expect(names.includes("hit") !== names.includes("fwd")).toBe(true);
        if (names.includes("fwd-status") || names.includes("collapsed")) expect(names).toContain("fwd");
      }),
    );
  });
});
