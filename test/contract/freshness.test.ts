import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { cacheStatus } from "./support/headers.ts";
import { useService } from "./support/service.ts";

const lifetime = 3;

/**
 * Seconds for which a downstream cache may reuse a response that it has just received (RFC 9111 sections 4.2.1 and
 * 4.2.3).
 */
function reusableFor({ headers }: Response): number {
  const maxAge = /(?:^|,)\s*max-age=(\d+)\s*(?:,|$)/.exec(headers.get("cache-control") ?? "")?.[1];
  return Number(maxAge ?? Number.NaN) - Number(headers.get("age") ?? 0);
}

const ageOf = ({ headers }: Response) => Number(headers.get("age"));

describe("a cache behind the service", () => {
  const service = useService({
    CACHE_TTL_SECONDS: String(lifetime),
    CACHE_NEGATIVE_TTL_SECONDS: String(lifetime),
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: "60",
  });

  /** The response once it has at least this age, while it still comes from the same entry. */
  async function atAge(seconds: number, ask: () => Promise<Response>): Promise<Response> {
    for (;;) {
      const response = await ask();
      if (ageOf(response) >= seconds) return response;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test.each<[string, () => string, RequestInit]>([
    ["a response", () => `/octocat?since=${freshSince()}`, {}],
    ["the response to HEAD", () => `/octocat?since=${freshSince()}`, { method: "HEAD" }],
    ["a 304", () => `/octocat?since=${freshSince()}`, { headers: { "if-none-match": "*" } }],
    ["a 404", () => `/${freshName()}`, {}],
  ])("may reuse %s for as long as the service itself does", async (_what, toPath, init) => {
    const path = toPath();
    const ask = () => service.get(path, init);
    expect(reusableFor(await ask())).toBe(lifetime);
    for (let second = 1; second < lifetime; second++) {
      const response = await atAge(second, ask);
      // On a busy machine the entry may have been requested again.
      expect(reusableFor(response)).toBe(cacheStatus(response).ttl);
      expect(reusableFor(response)).toBe(lifetime - ageOf(response));
    }
  });

  test("may not reuse what is stale", async () => {
    const path = `/gists/${notable.letters}`;
    await service.get(path);
    // Nobody asks meanwhile: who does would have it refreshed.
    await new Promise((resolve) => setTimeout(resolve, lifetime * 1000 + 100));
    const response = await service.get(path);
    expect(cacheStatus(response)).toMatchObject({ hit: true });
    expect(response.headers.get("cache-control")).toBe(`public, max-age=${lifetime}`);
    expect(reusableFor(response)).toBeLessThanOrEqual(0);
  });
});
