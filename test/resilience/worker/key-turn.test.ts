import { describe, expect, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { bySince } from "../../contract/support/stand-in.ts";
import { type Isolates, startIsolates } from "../support/isolates.ts";
import { ask, type Seen } from "../support/pods.ts";

const token = "purge-token-0123456789abcdef";
const list = (since: string) => `/octocat?per_page=1&since=${since}`;
/** Clients at once, spread over both Workers. */
function herd({ urls }: Isolates, path: string, clients: number): Promise<Seen[]> {
  return Promise.all(Array.from({ length: clients }, (_, n) => ask(`${urls[n % 2]}${path}`)));
}

const purge = (url: string) => fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
const statusesOf = (seen: readonly Seen[]) => [...new Set(seen.map(({ status }) => status))].toSorted();
const isHit = ({ cacheStatus }: Seen) => cacheStatus.startsWith("EdgeGists; hit; ttl=");

describe("two Workers that share an object for each key", () => {
  test("a thousand clients of both ask for one cold resource: one call, and each Worker asks the object once", async () => {
    const isolates = await startIsolates();
    const since = freshSince();
    await isolates.github.fault({ kind: "latency", ms: 300 });
    const seen = await herd(isolates, list(since), 1000);
    expect(statusesOf(seen)).toEqual([200]);
    expect(new Set(seen.map(({ digest }) => digest)).size).toBe(1);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(1);
    await expect.poll(isolates.calls).toEqual({ take: 2, settle: 1 });
  });

  test("without the objects each Worker makes its own call", async () => {
    const isolates = await startIsolates({}, { objects: [] });
    const since = freshSince();
    await isolates.github.fault({ kind: "latency", ms: 300 });
    expect(statusesOf(await herd(isolates, list(since), 20))).toEqual([200]);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(2);
  });

  test("hits make no call to an object", async () => {
    const isolates = await startIsolates();
    const path = list(freshSince());
    await herd(isolates, path, 2);
    await expect.poll(async () => (await isolates.calls())["settle"]).toBe(1);
    const before = await isolates.calls();
    const seen = await herd(isolates, path, 200);
    expect(seen.filter((one) => !isHit(one))).toEqual([]);
    expect(await isolates.calls()).toEqual(before);
  });

  test("an isolate that comes later gets the entry from the object: no call, and then hits", async () => {
    const isolates = await startIsolates();
    const since = freshSince();
    const [one, other] = isolates.urls;
    const stored = await ask(`${one}${list(since)}`);
    await expect.poll(async () => (await isolates.calls())["settle"]).toBe(1);
    const seen = await ask(`${other}${list(since)}`);
    expect(seen.digest).toBe(stored.digest);
    expect(isHit(await ask(`${other}${list(since)}`))).toBe(true);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(1);
    expect(await isolates.calls()).toEqual({ take: 2, settle: 1 });
  });

  test("isolates of one data centre share entries without the object, whatever port they are reached at", async () => {
    const isolates = await startIsolates({}, { dataCentre: true, objects: [] });
    const [one, other] = isolates.urls;
    const since = freshSince();
    await ask(`${one}${list(since)}`);
    const inDataCentre = () => isolates.metric("cache_lookups_total", { tier: "data_centre", found: "fresh" });
    await expect
      .poll(async () => {
        await ask(`${other}${list(since)}`);
        return inDataCentre();
      })
      .toBe(1);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(1);
  });

  test("isolates of one data centre have a hit from the Cache API, without the object", async () => {
    const isolates = await startIsolates({}, { dataCentre: true });
    const [one, other] = isolates.urls;
    const path = list(freshSince());
    await ask(`${one}${path}`);
    await expect.poll(async () => (await isolates.calls())["settle"]).toBe(1);
    await expect
      .poll(() => isolates.metric("cache_lookups_total", { tier: "data_centre", found: "none" }))
      .toBeGreaterThan(0);
    await expect.poll(async () => isHit(await ask(`${other}${path}`))).toBe(true);
    const { settle } = await isolates.calls();
    expect(settle).toBe(1);
  });

  test("a body that is too large to be shared: each Worker calls, and nobody fails", async () => {
    const isolates = await startIsolates({ SHARED_CACHE_MAX_VALUE_BYTES: "1024" });
    const since = freshSince();
    const path = `/octocat?since=${since}`;
    await isolates.github.fault({ kind: "latency", ms: 200 });
    expect(statusesOf(await herd(isolates, path, 20))).toEqual([200]);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(2);
  });
});

describe("a holder of the turn", () => {
  test("whose call fails gives it to the other Worker: its clients get an answer", async () => {
    const isolates = await startIsolates();
    const since = freshSince();
    await isolates.github.fault([
      { kind: "latency", ms: 300 },
      { kind: "status", status: 502, times: 1 },
    ]);
    const seen = await herd(isolates, list(since), 40);
    expect(statusesOf(seen)).toEqual([200, 502]);
    // A busy machine may bring some of the holder's own clients after the failure.
    const ofWorkers = [0, 1].map((worker) => seen.filter((_, n) => n % 2 === worker));
    expect(ofWorkers.filter((some) => some.every(({ status }) => status === 200))).toHaveLength(1);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(2);
    await expect.poll(isolates.calls).toMatchObject({ release: 1, settle: 1 });
  });

  test("whose call times out gives it to the other Worker", async () => {
    const isolates = await startIsolates({ UPSTREAM_TIMEOUT_MS: "500" });
    const since = freshSince();
    await isolates.github.fault({ kind: "hang", times: 1 });
    const seen = await herd(isolates, list(since), 10);
    expect(statusesOf(seen)).toEqual([200, 504]);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(2);
  });

  test("whose clients all leave goes on, and the other Worker gets the result", async () => {
    const isolates = await startIsolates();
    const since = freshSince();
    const [one, other] = isolates.urls;
    await isolates.github.fault({ kind: "latency", ms: 1000 });
    const leaving = fetch(`${one}${list(since)}`, { signal: AbortSignal.timeout(400) }).catch(() => "left");
    await expect.poll(async () => (await isolates.calls())["take"]).toBe(1);
    expect((await ask(`${other}${list(since)}`)).status).toBe(200);
    expect(await leaving).toBe("left");
    expect(await isolates.github.calls(bySince(since))).toHaveLength(1);
  });

  test("that is gone loses it when its time is over: one call", async () => {
    const isolates = await startIsolates();
    const since = freshSince();
    await isolates.hold(1500);
    const seen = await herd(isolates, list(since), 20);
    expect(statusesOf(seen)).toEqual([200]);
    expect(Math.min(...seen.map(({ took }) => took))).toBeGreaterThan(500);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(1);
  });

  test("is waited for no longer than SHARED_CACHE_WAIT_MS", async () => {
    const isolates = await startIsolates({ SHARED_CACHE_WAIT_MS: "300" });
    const since = freshSince();
    await isolates.hold(60_000);
    await isolates.github.fault({ kind: "latency", ms: 2000 });
    expect(statusesOf(await herd(isolates, list(since), 20))).toEqual([200]);
    expect(await isolates.github.calls(bySince(since)), "each for itself").toHaveLength(2);
  });
});

describe("objects that fail", () => {
  test.each(["throw", "overload", "hang"] as const)("(%s): each Worker goes on by itself, and says so", async (how) => {
    const isolates = await startIsolates({ SHARED_CACHE_WAIT_MS: "300", SHARED_CACHE_TIMEOUT_MS: "300" });
    await isolates.fail(how);
    const since = freshSince();
    const seen = await herd(isolates, list(since), 40);
    expect(statusesOf(seen)).toEqual([200]);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(2);
    const reason = how === "hang" ? "timeout" : "error";
    await expect.poll(() => isolates.metric("shared_cache_errors_total", { operation: "turn", reason })).toBe(2);
    const told = isolates.logs().filter((line) => line.includes("shared cache fails: doing without it"));
    expect(told.filter((line) => line.includes('"operation":"turn"'))).toHaveLength(2);
    // Both had their entry, and have it still.
    expect((await herd(isolates, list(since), 10)).filter((one) => !isHit(one))).toEqual([]);

    await isolates.fail("");
    await expect
      .poll(
        async () => {
          const later = freshSince();
          await herd(isolates, list(later), 4);
          return (await isolates.github.calls(bySince(later))).length;
        },
        { timeout: 30_000 },
      )
      .toBe(1);
  });
});

describe("a purge through one Worker", () => {
  test("of a resource that is too large to be shared: each Worker calls once, and then has hits", async () => {
    const isolates = await startIsolates({ PURGE_TOKEN: token, SHARED_CACHE_MAX_VALUE_BYTES: "1024" });
    const since = freshSince();
    const [one, other] = isolates.urls;
    const path = `/octocat?since=${since}`;
    expect((await purge(`${one}${path}`)).status).toBe(204);
    for (const url of [one, other]) {
      await ask(`${url}${path}`);
      await expect.poll(async () => (await isolates.calls())["settle"]).toBe(url === one ? 1 : 2);
      expect(isHit(await ask(`${url}${path}`))).toBe(true);
    }
    expect(await isolates.github.calls(bySince(since))).toHaveLength(2);
  });

  test("is known to the object: neither it nor the data centre gives the entry to the other", async () => {
    const isolates = await startIsolates({ PURGE_TOKEN: token }, { dataCentre: true, kv: true });
    const since = freshSince();
    const [one, other] = isolates.urls;
    await ask(`${one}${list(since)}`);
    await expect.poll(async () => (await isolates.calls())["settle"]).toBe(1);
    expect((await purge(`${one}${list(since)}`)).status).toBe(204);
    expect((await ask(`${other}${list(since)}`)).cacheStatus).toMatch(/^EdgeGists; fwd=miss/);
    expect(await isolates.github.calls(bySince(since))).toHaveLength(2);
  });

  test("refuses the result of a call that began before it in the other Worker", async () => {
    const isolates = await startIsolates({ PURGE_TOKEN: token }, { dataCentre: true, kv: true });
    const since = freshSince();
    const [one, other] = isolates.urls;
    await isolates.github.fault({ kind: "latency", ms: 1000 });
    const early = ask(`${one}${list(since)}`);
    await expect.poll(async () => (await isolates.calls())["take"]).toBe(1);
    expect((await purge(`${other}${list(since)}`)).status).toBe(204);
    expect((await early).status).toBe(200);
    await expect.poll(async () => (await isolates.calls())["settle"]).toBe(1);
    await expect.poll(async () => (await ask(`${one}${list(since)}`)).cacheStatus).toMatch(/^EdgeGists; fwd=miss/);
  });

  test("is not confirmed where the object fails", async () => {
    const isolates = await startIsolates({ PURGE_TOKEN: token });
    const path = list(freshSince());
    await isolates.fail("throw");
    expect((await purge(`${isolates.urls[0]}${path}`)).status).toBe(503);
  });
});
