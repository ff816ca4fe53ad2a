import { expect } from "vitest";
import type { Outcome } from "../../../docs/generate/fault-outcomes.ts";

/** Fails if a response differs from the table. `body` is GitHub's own, for responses with 200. */
export async function expectOutcome(response: Response, expected: Outcome, body: string): Promise<void> {
  const text = await response.text();
  const { headers } = response;
  expect(
    {
      status: response.status,
      cacheStatus: toPattern(headers.get("cache-status")),
      cacheControl: headers.get("cache-control")?.replace(/max-age=[1-9]\d*/, "max-age>0"),
      age: toAge(headers),
    },
    text.slice(0, 300),
  ).toEqual({
    status: expected.status,
    cacheStatus: expected.cacheStatus,
    cacheControl: expected.cacheControl,
    age: expected.age,
  });
  if (expected.status === 200) expect(text, "GitHub's own bytes").toBe(body);
  else expect(JSON.parse(text)).toHaveProperty("message");

  const retryAfter = headers.get("retry-after");
  if (expected.retryAfter) expectWithin(Number(retryAfter), expected.retryAfter);
  else expect(retryAfter, "no Retry-After").toBeNull();
  if (!expected.reset) return;
  expect(headers.get("x-ratelimit-remaining")).toBe("0");
  expectWithin(Number(headers.get("x-ratelimit-reset")) - Date.now() / 1000, expected.reset);
}

function expectWithin(seconds: number, [least, most]: readonly [number, number]): void {
  expect(seconds).toBeGreaterThanOrEqual(least);
  expect(seconds).toBeLessThanOrEqual(most);
}

/** `Age` against `max-age`, as the caches of others compare them. */
function toAge(headers: Headers): Outcome["age"] {
  const age = headers.get("age");
  if (age === null) return null;
  const lifetime = /max-age=(\d+)/.exec(headers.get("cache-control") ?? "")?.[1];
  return Number(age) < Number(lifetime) ? "< max-age" : ">= max-age";
}

/** `EdgeGists; hit; ttl=59` -> `hit; ttl>0` */
function toPattern(header: string | null): string | null {
  return (
    header
      ?.replace(/^EdgeGists; /, "")
      .replace(/ttl=[1-9]\d*/, "ttl>0")
      .replace(/ttl=(-\d+|0)/, "ttl<=0") ?? null
  );
}
