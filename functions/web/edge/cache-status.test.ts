import { describe, expect, test } from "vitest";
import { toCacheStatus } from "../../core/http/cache-status.ts";
import { type Answer, handlings } from "../../core/model.ts";
import { parseCacheStatus } from "./cache-status.ts";

/** A result as the layers return it, with the parts that `Cache-Status` needs. */
function toAnswer(handling: Answer["handling"], freshUntil: number): Answer {
  const upstreamStatus = { MISS: 200, CHANGED: 200, REVALIDATED: 304, COALESCED: 200 }[handling as string];
  return {
    entry: { freshUntil } as Answer["entry"],
    handling,
    stored: true,
    ...(upstreamStatus !== undefined && { upstreamStatus }),
    ...(handling === "STALE_ON_ERROR" && { reason: "rate-limited" as const }),
  };
}

describe("Cache-Status", () => {
  test.each(handlings)("%s is read back as it was written", (handling) => {
    const ttl = handling.startsWith("STALE") ? -5 : 42;
    const parsed = parseCacheStatus(toCacheStatus(toAnswer(handling, ttl * 1000), 0));
    expect(parsed).toMatchObject({ handling, ttl });
    if (handling === "STALE_ON_ERROR") expect(parsed?.reason).toBe("rate-limited");
  });

  test.each([null, "", "EdgeGists", "EdgeGists; fwd=bypass", "; hit", "x;;;="])("%s is ignored", (header) => {
    expect(parseCacheStatus(header)).toBeUndefined();
  });

  test.each(["MISS", "HIT"] as const)("%s of several pages is read without their outcomes", (handling) => {
    const answer = { ...toAnswer(handling, 42_000), detail: "pages: 1 MISS, 1 STALE_ON_ERROR; 29 HIT" };
    const parsed = parseCacheStatus(toCacheStatus(answer, 0));
    expect(parsed).toMatchObject({ handling, ttl: 42 });
    expect(parsed?.reason).toBeUndefined();
  });

  test("of caches in front is ignored", () => {
    expect(parseCacheStatus("EdgeGists; fwd=miss; fwd-status=200, Proxy; hit; ttl=3")?.handling).toBe("MISS");
  });
});
