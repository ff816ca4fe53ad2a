import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { freshSince } from "../contract/support/fresh.ts";
import { startBeside, useService } from "../contract/support/service.ts";
import { askGitHub, standIn } from "../contract/support/stand-in.ts";
import type { Target } from "../../harness/target.ts";
import { faultTable, settings } from "../../docs/generate/fault-table.ts";
import { type FaultRow, type State, states } from "../../docs/generate/fault-outcomes.ts";
import { refuseWhile } from "./support/refuse.ts";
import { expectOutcome } from "./support/seen.ts";
import { metric } from "./support/metrics.ts";

/** Lifetimes in which an entry of more than a second ago is in the state for as long as a test takes. */
const lifetimes: Record<State, Record<string, string>> = {
  cold: { CACHE_TTL_SECONDS: "3600" },
  fresh: { CACHE_TTL_SECONDS: "3600" },
  behind: { CACHE_TTL_SECONDS: "1", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "86400" },
  stale: { CACHE_TTL_SECONDS: "1", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0" },
};

/** Asks until all is well: a busy machine may make even a healthy GitHub late. */
async function untilOk(ask: () => Promise<Response>): Promise<void> {
  await vi.waitFor(
    async () => {
      const response = await ask();
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${response.url} responded with ${response.status} without a fault`);
    },
    { timeout: 10_000, interval: 100 },
  );
}

/** Fetches what is to be known beforehand, and waits until its second is over. */
async function prime(state: State, urls: readonly string[]): Promise<void> {
  if (state === "cold") return;
  for (const url of urls) await untilOk(() => fetch(url));
  if (state !== "fresh") await sleep(1100);
}

/** A resource that no request has named yet. */
const elsewhere = () => `/octocat?per_page=1&since=${freshSince()}`;

describe.each(states)("%s", (state) => {
  const env = { ...settings, ...lifetimes[state] };
  const service = useService(env);
  const github = () => standIn(service);
  /** A gist for each row: the stand-in's faults are aimed by path. */
  const pathOf = new Map<FaultRow, string>();
  /** Instances of their own for the faults that are remembered. */
  const owns = new Map<FaultRow, Target>();
  const urlOf = (row: FaultRow) => owns.get(row)?.url ?? service.url;

  beforeAll(async () => {
    const list = await askGitHub(service.github, "/users/octocat/gists?per_page=100");
    const gists = (await list.json()) as { id: string }[];
    faultTable.forEach((row, index) => pathOf.set(row, `/gists/${gists[index]?.id}`));
    const alone = faultTable.filter((row) => row.alone);
    await Promise.all(alone.map(async (row) => owns.set(row, await startBeside(service, env))));
    await prime(
      state,
      faultTable.map((row) => `${urlOf(row)}${pathOf.get(row)}`),
    );
  }, 60_000);
  afterAll(async () => void (await Promise.all([...owns.values()].map((own) => own.stop()))));
  afterEach(async () => {
    await github().fault();
    // A success in between: failures in a row would open the circuit, and a test that failed may have left it open.
    await untilOk(() => service.get(elsewhere()));
    if (state === "behind") await untilCounted();
  });

  /** Waits for the refresh that the last request of a test may have begun in the background. */
  async function untilCounted(): Promise<void> {
    await vi.waitFor(async () => {
      const count = await metric(service.url, "github_api_requests_total");
      await sleep(100);
      if ((await metric(service.url, "github_api_requests_total")) !== count) throw new Error("calls are being made");
    }, 10_000);
  }

  /** Brings the fault about: first what comes before it, then itself, for this row's gist only. */
  async function arm(row: FaultRow, path: string): Promise<void> {
    const { prelude, trouble } = row;
    if (prelude) {
      await github().fault({ ...prelude.trouble, path: "/users/octocat/" });
      for (let n = 1; n <= prelude.times; n++) {
        if (n === prelude.times) await sleep(prelude.pause ?? 0);
        await (await fetch(`${urlOf(row)}${elsewhere()}`)).arrayBuffer();
      }
    }
    // If GitHub only confirmed the entry, its response would have no body to corrupt.
    if (row.spoils) await github().edit(path.slice("/gists/".length), { description: `before ${row.name}` });
    if (trouble) await github().fault({ ...trouble, path });
  }

  test.each(faultTable.map((row) => [row.name, row] as const))("%s", async (_name, row) => {
    const path = pathOf.get(row)!;
    const expected = row.outcomes[state];
    const ask = () => fetch(`${urlOf(row)}${path}`, { redirect: "manual" });
    const counted = () => metric(urlOf(row), "github_api_requests_total");
    const logged = async () => (await github().calls((call) => call.path === path)).length;
    const body = await (await askGitHub(service.github, path)).text();
    await arm(row, path);
    const before = { counted: await counted(), logged: await logged() };

    const meet = async () => {
      await expectOutcome(await ask(), expected, body);
      await expect
        .poll(counted, { message: "calls to GitHub", timeout: 5000 })
        .toBeGreaterThanOrEqual(before.counted + expected.calls);
    };
    await (row.refused ? refuseWhile(service, meet) : meet());
    // Whatever would be one call too many has begun by now.
    await sleep(30);
    expect(await counted(), "calls by the service's own count").toBe(before.counted + expected.calls);
    // If nothing listens, nothing is logged.
    if (!row.refused) expect(await logged(), "calls by GitHub's count").toBe(before.logged + expected.calls);
    await github().fault();
    if (expected.after !== undefined) expect((await ask()).status, "once it is over").toBe(expected.after);
  });
});
