import { beforeEach, describe, expect, test } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { notable } from "../../stand-in/octocat.ts";
import { freshName } from "./support/fresh.ts";
import { startBeside, useService } from "./support/service.ts";
import { standIn } from "./support/stand-in.ts";

const path = `/gists/${notable.forked}`;
const service = useService();
const github = () => standIn(service);

/** Seconds after which an entry is revalidated before the response. */
const lifetime = 1;

/** The calls of an instance with two tokens, whose entry expires between requests. */
async function run(kind: "opaque" | "derived", rounds: number) {
  await github().etags(kind);
  const tokens = [`good-${freshName()}`, `good-${freshName()}`];
  const target = await startBeside(service, {
    GITHUB_TOKEN: tokens.join(","),
    CACHE_TTL_SECONDS: String(lifetime),
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
  });
  try {
    const bodies = [];
    for (let round = 0; round < rounds; round++) {
      if (round > 0) await sleep(lifetime * 1000 + 50);
      bodies.push(await (await fetch(`${target.url}${path}`)).text());
    }
    const calls = (await github().calls()).map(({ headers, status }) => ({
      token: tokens.indexOf(headers["authorization"]?.slice("Bearer ".length) ?? ""),
      status,
    }));
    const { charged } = await github().counters();
    const metrics = await (await fetch(`${target.url}/metrics`)).text();
    return { bodies, calls, charged, metrics };
  } finally {
    await target.stop();
  }
}

beforeEach(() => github().reset());

describe("an entry that one of two tokens got", () => {
  test("is confirmed to the other one by a 304 that costs no quota, where GitHub's ETags are as derived", async () => {
    const { bodies, calls, charged, metrics } = await run("derived", 3);
    expect(calls).toEqual([
      { token: 0, status: 200 },
      { token: 1, status: 304 },
      { token: 1, status: 304 },
    ]);
    expect(charged).toBe(1);
    expect(new Set(bodies).size).toBe(1);
    expect(metrics).toContain('github_revalidations_total{validator="derived"} 1');
  });

  test("is confirmed to the one that got it, where they are not", async () => {
    const { bodies, calls, charged, metrics } = await run("opaque", 3);
    expect(calls).toEqual([
      { token: 0, status: 200 },
      { token: 0, status: 304 },
      { token: 0, status: 304 },
    ]);
    expect(charged).toBe(1);
    expect(new Set(bodies).size).toBe(1);
    expect(metrics).toContain('github_revalidations_total{validator="known"} 2');
  });
});
