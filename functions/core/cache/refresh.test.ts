import { describe, expect, test } from "vitest";
import { createCaching, lifetimes } from "../../../test/support/caching.ts";
import {
  createClock,
  down,
  failureOf,
  settle,
  textOf,
  toAnswer,
  toAsk,
  toEntry,
  toPurge,
} from "../../../test/support/layers.ts";
import { start } from "../../../test/support/ports.ts";
import { createSharing, driverWith, watch } from "../../../test/support/shared-tier.ts";
import type { Driver } from "unstorage";
import { toConfig } from "../config/config.ts";
import { coverLink, toEtag } from "../http/conditional.ts";
import { createLifetimes } from "./lifetimes.ts";
import { createTieredStore } from "./store/tiered.ts";

const seen = (etag: string) => ({ etag, body: new TextEncoder().encode(`"${etag}"`) });

describe("validators", () => {
  test("a 304 keeps the bytes, renews the fields that it carries, and adds its token's validator", async () => {
    const { ask, clock } = createCaching();
    const first = {
      ...seen("x"),
      contentType: "application/json",
      link: "<1>",
      lastModified: "Mon",
      upstreamEtags: { a: "1" },
    };
    await ask({ entry: first });
    clock.step(90_000);
    const told = { body: new Uint8Array(), contentType: "", etag: "", link: "<2>", upstreamEtags: { b: "2" } };
    const { entry } = await ask({ entry: told, upstreamStatus: 304 });
    // The date of before would let a client keep the links of before.
    const rest = { link: "<2>", lastModified: undefined, upstreamEtags: { a: "1", b: "2" } };
    expect(entry).toMatchObject({ ...first, ...rest });
  });

  test("a 304 with other links, or none, ends the validator that clients have; the same links keep it", async () => {
    const { ask, clock } = createCaching();
    const body = new TextEncoder().encode("[]");
    const told = (link: string | undefined) => ({ body: new Uint8Array(), contentType: "", etag: "", link });
    const etags = [];
    const of = coverLink(await toEtag(body), "<1>");
    etags.push((await ask({ entry: { etag: of, body, link: "<1>" } })).entry.etag);
    for (const link of ["<1>", "<2>", undefined, "<1>"]) {
      clock.step(90_000);
      etags.push((await ask({ entry: told(link), upstreamStatus: 304 })).entry.etag);
    }
    expect(etags[1]).toBe(etags[0]);
    expect(etags[4]).toBe(etags[0]);
    expect(new Set(etags).size).toBe(3);
    expect(etags[3]).toBe(await toEtag(body));
  });

  test("a 304 renews what GitHub announces, and ends nothing of it", async () => {
    const { ask, clock } = createCaching();
    await ask({ entry: { ...seen("x"), notices: { deprecation: "@1", sunset: "soon" } } });
    clock.step(90_000);
    const told = { etag: "", notices: { sunset: "later" } };
    expect((await ask({ entry: told, upstreamStatus: 304 })).entry.notices).toEqual({
      deprecation: "@1",
      sunset: "later",
    });
    clock.step(90_000);
    expect((await ask({ entry: seen("y") })).entry.notices).toBeUndefined();
  });

  test("a 304 without Link ends the links to pages that are gone", async () => {
    const { ask, clock } = createCaching();
    await ask({ entry: { ...seen("x"), link: "<2>" } });
    clock.step(90_000);
    expect((await ask({ entry: { etag: "" }, upstreamStatus: 304 })).entry.link).toBeUndefined();
  });

  describe("Last-Modified", () => {
    const edited = "Mon, 02 Nov 2026 09:00:00 GMT";
    const editedAgain = "Mon, 02 Nov 2026 10:00:00 GMT";

    /** What the entry's date is after each of GitHub's answers; a letter stands for a body, `=` for a 304. */
    async function datesAfter(...answers: [body: string, lastModified: string | undefined][]) {
      const { ask, clock } = createCaching();
      const dates: (string | undefined)[] = [];
      for (const [body, lastModified] of answers) {
        const ending =
          body === "="
            ? { entry: { etag: "", lastModified }, upstreamStatus: 304 }
            : { entry: { ...seen(body), lastModified } };
        dates.push((await ask(ending)).entry.lastModified);
        clock.step(90_000);
      }
      return dates;
    }
    /** The moment of the answer of this number, from 0. */
    const momentOf = (answer: number) => new Date(start + answer * 90_000).toUTCString();

    test("is GitHub's, where bytes and date change together", async () => {
      expect(await datesAfter(["a", edited], ["=", edited], ["b", editedAgain])).toEqual([edited, edited, editedAgain]);
    });

    test("is the moment of the change, where the bytes changed and the date did not", async () => {
      expect(await datesAfter(["a", edited], ["b", edited])).toEqual([edited, momentOf(1)]);
    });

    test("stays that moment until GitHub's is later", async () => {
      const later = momentOf(5);
      const answers: [string, string][] = [
        ["a", edited],
        ["b", edited],
        ["=", edited],
        ["b", edited],
        ["c", edited],
      ];
      expect(await datesAfter(...answers, ["d", later])).toEqual([
        edited,
        momentOf(1),
        momentOf(1),
        momentOf(1),
        momentOf(4),
        later,
      ]);
    });

    test("does not step back with the bytes", async () => {
      expect(await datesAfter(["a", editedAgain], ["b", edited])).toEqual([editedAgain, momentOf(1)]);
    });

    test("is absent where GitHub gives none", async () => {
      expect(await datesAfter(["a", undefined], ["b", undefined], ["=", undefined])).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    });
  });

  test("the same bytes by way of another token hold the validators of both", async () => {
    const { ask, clock } = createCaching();
    await ask({ entry: { ...seen("same"), upstreamEtags: { a: "1" } } });
    clock.step(90_000);
    const { entry } = await ask({ entry: { ...seen("same"), upstreamEtags: { b: "2" } } });
    expect(entry.upstreamEtags).toStrictEqual({ a: "1", b: "2" });
  });

  test("other bytes end the validators of those before", async () => {
    const { ask, clock } = createCaching();
    await ask({ entry: { ...seen("old"), upstreamEtags: { a: "1" } } });
    clock.step(90_000);
    const { entry } = await ask({ entry: { ...seen("new"), upstreamEtags: { b: "2" } } });
    expect(entry.upstreamEtags).toStrictEqual({ b: "2" });
  });

  test("the latest hundred are kept: replaced tokens leave theirs behind", async () => {
    const { ask, clock } = createCaching();
    const asked = async (id: string) =>
      (await ask({ entry: { ...seen("same"), upstreamEtags: { [id]: id } } })).entry.upstreamEtags;
    for (let n = 0; n < 100; n++) {
      await asked(`t${n}`);
      clock.step(90_000);
    }
    expect(Object.keys(await asked("t0"))).toHaveLength(100);
    clock.step(90_000);
    const etags = await asked("new");
    expect(Object.keys(etags)).toHaveLength(100);
    expect(etags).toMatchObject({ new: "new", t0: "t0", t99: "t99" });
    expect(etags).not.toHaveProperty("t1");
  });

  test("a 304 to who has nothing is a bad gateway, and is not stored", async () => {
    const { ask, memory } = createCaching();
    const error = await failureOf(ask({ upstreamStatus: 304 }));
    expect(error).toMatchObject({ failure: "bad-gateway", details: { upstreamStatus: 304 } });
    expect(memory.size().entries).toBe(0);
  });

  describe("a 304 for an ETag that was not sent", () => {
    async function askAgain(second: Parameters<typeof toAnswer>[1]) {
      const { ask, next, clock } = createCaching();
      await ask({ entry: { ...seen("old"), upstreamEtags: { a: "1" } } });
      clock.step(90_000);
      const work = ask({ entry: { body: new Uint8Array(), etag: "" }, upstreamStatus: 304, validator: "unsent" });
      work.catch(() => undefined);
      await settle();
      next.calls[2]?.answer(toAnswer(clock.now(), second));
      return { work, calls: next.calls };
    }

    test("confirms nothing: GitHub is asked again, without validators", async () => {
      const { work, calls } = await askAgain({ entry: seen("new") });
      expect(textOf((await work).entry)).toBe('"new"');
      expect(calls[1]?.ask.stored).toBeDefined();
      expect(calls[2]?.ask).not.toHaveProperty("etags");
      expect(calls[2]?.ask).not.toHaveProperty("stored");
    });

    test("twice is a failure of GitHub's, for which the stale entry is sent", async () => {
      const { work } = await askAgain({ entry: { body: new Uint8Array(), etag: "" }, upstreamStatus: 304 });
      await expect(work).resolves.toMatchObject({ handling: "STALE_ON_ERROR", reason: "bad-gateway" });
    });
  });
});

describe("within a process", () => {
  test("who finds the entry too old joins the refresh that runs behind", async () => {
    const { ask, fetch, clock, next } = createCaching();
    await ask();
    clock.step(60_000);
    await fetch(toAsk());
    clock.step(30_000);
    const joined = fetch(toAsk());
    await settle();
    expect(next.calls).toHaveLength(2);
    next.calls[1]?.answer(toAnswer(clock.now(), { entry: seen("new") }));
    expect(await joined).toMatchObject({ handling: "COALESCED", entry: { etag: "new" } });
  });

  test("who looked into the store just before the leader's answer was kept causes no second call", async () => {
    const gate = Promise.withResolvers<void>();
    let gets = 0;
    const { fetch, clock, next } = createCaching({
      store: (memory) => ({
        ...memory,
        get: async (key) => {
          const turn = (gets += 1);
          const found = await memory.get(key);
          if (turn === 2) await gate.promise;
          return found;
        },
      }),
    });
    const leader = fetch(toAsk());
    const late = fetch(toAsk());
    await settle();
    next.calls[0]?.answer(toAnswer(clock.now()));
    await leader;
    gate.resolve();
    await settle();
    expect(next.calls).toHaveLength(1);
    await expect(late).resolves.toMatchObject({ handling: "COALESCED" });
  });
});

/** Two processes that share a tier, and leases where told. */
function createPair({
  driver = driverWith(),
  leases = true,
  leaseWaitMs = 3000,
  maxValueBytes = 2 ** 20,
}: { driver?: Driver; leases?: boolean; leaseWaitMs?: number; maxValueBytes?: number } = {}) {
  const clock = createClock();
  const sharing = createSharing(clock.now, driver);
  const process = () => {
    const { tier } = watch(leases ? sharing : { driver }, { now: clock.now, leaseMs: 11_000, maxValueBytes });
    const { isFresh } = createLifetimes(toConfig({}));
    const keepOf = () => lifetimes.ttl + lifetimes.onError;
    return createCaching({
      clock,
      leaseWaitMs,
      store: (memory) => createTieredStore(memory, tier, { keepOf, isFresh, now: clock.now }),
    });
  };
  return { clock, ...sharing, one: process(), two: process() };
}

describe("among processes", () => {
  test("what one brought the other serves without asking", async () => {
    const { one, two } = createPair();
    await one.ask({ entry: seen("x") });
    await settle();
    expect(await two.ask()).toMatchObject({ handling: "HIT", entry: { etag: "x" } });
    expect(two.next.calls).toHaveLength(0);
  });

  test("while one asks the other waits, and gets its answer", async () => {
    const { one, two, clock } = createPair();
    const leader = one.fetch(toAsk());
    await settle();
    two.sleep.mockImplementation(async (ms) => {
      clock.step(ms);
      if (two.sleep.mock.calls.length < 5) return;
      one.next.calls[0]?.answer(toAnswer(clock.now(), { entry: seen("x") }));
      await settle();
    });
    expect(await two.fetch(toAsk())).toMatchObject({ handling: "COALESCED", forward: "miss", entry: { etag: "x" } });
    expect(two.next.calls).toHaveLength(0);
    await leader;
  });

  test("who waits for what proves too large to be shared asks as soon as that is known, beside others", async () => {
    const { one, two, leases, clock } = createPair({ maxValueBytes: 10 });
    const large = { body: new TextEncoder().encode("x".repeat(11)) };
    const leader = one.fetch(toAsk());
    await settle();
    two.sleep.mockImplementation(async (ms) => {
      clock.step(ms);
      if (two.sleep.mock.calls.length !== 2) return;
      one.next.calls[0]?.answer(toAnswer(clock.now(), { entry: large }));
      await settle();
      // Another, who had waited too, is asking by now.
      await leases.take("one", "a third", 11_000);
    });
    const waiter = two.fetch(toAsk());
    for (let n = 0; n < 5; n += 1) await settle();
    two.next.calls[0]?.answer(toAnswer(clock.now(), { entry: large }));
    expect(await waiter).toMatchObject({ handling: "MISS" });
    expect(two.sleep.mock.calls.length, "one more look").toBeLessThanOrEqual(3);
    await leader;
  });

  test("a holder that fails releases the lease at once", async () => {
    const { one, two, held } = createPair();
    const leader = failureOf(one.fetch(toAsk()));
    await settle();
    one.next.calls[0]?.fail(down());
    await leader;
    await settle();
    expect(held.size).toBe(0);
    expect(await two.ask()).toMatchObject({ handling: "MISS" });
    expect(two.sleep).not.toHaveBeenCalled();
  });

  test("a holder that died delays the other by no more than the longest wait", async () => {
    const { two, leases, clock } = createPair();
    await leases.take("one", "the dead", 1e9);
    const since = clock.now();
    const work = two.ask();
    await settle();
    await settle();
    await settle();
    two.next.calls[0]?.answer(toAnswer(clock.now()));
    expect(await work).toMatchObject({ handling: "MISS", stored: true });
    expect(clock.now() - since).toBeGreaterThanOrEqual(3000);
    expect(clock.now() - since).toBeLessThanOrEqual(3000 + 100);
  });

  test("a store that is slow does not lengthen that wait", async () => {
    const clock = createClock();
    const slow = createCaching({
      clock,
      store: (memory) => ({
        ...memory,
        lease: async () => {
          clock.step(150);
          return undefined;
        },
      }),
    });
    const work = slow.ask();
    for (let n = 0; n < 20; n += 1) await settle();
    slow.next.calls[0]?.answer(toAnswer(clock.now()));
    await work;
    expect(clock.now() - start).toBeLessThanOrEqual(3000 + 300);
  });

  test("with a wait of 0 nobody waits", async () => {
    const { two, leases } = createPair({ leaseWaitMs: 0 });
    await leases.take("one", "another", 1e9);
    expect(await two.ask()).toMatchObject({ handling: "MISS" });
    expect(two.sleep).not.toHaveBeenCalled();
  });

  test("without leases each asks for itself, and both keep what they get", async () => {
    const { one, two, clock } = createPair({ leases: false });
    const work = [one.fetch(toAsk()), two.fetch(toAsk())];
    await settle();
    one.next.calls[0]?.answer(toAnswer(clock.now()));
    two.next.calls[0]?.answer(toAnswer(clock.now()));
    expect((await Promise.all(work)).map(({ handling }) => handling)).toStrictEqual(["MISS", "MISS"]);
  });

  test("the lease is given back once the answer is where others see it", async () => {
    const written = Promise.withResolvers<void>();
    const { one, held, clock } = createPair({ driver: driverWith({ setItem: () => written.promise }) });
    const work = one.fetch(toAsk());
    await settle();
    one.next.calls[0]?.answer(toAnswer(clock.now()));
    await work;
    await settle();
    expect(held.size).toBe(1);
    written.resolve();
    await settle();
    expect(held.size).toBe(0);
  });

  test("an entry of a clock that was set back is confirmed by whoever comes first, for all", async () => {
    const { one, two, clock } = createPair();
    await one.ask({ entry: seen("x") });
    await settle();
    expect(await two.ask()).toMatchObject({ handling: "HIT" });
    clock.step(-86_400_000);
    expect(await one.ask({ upstreamStatus: 304 })).toMatchObject({ handling: "REVALIDATED" });
    await settle();
    expect(await two.ask()).toMatchObject({ handling: "HIT", entry: { validatedAt: clock.now() } });
    expect(two.next.calls).toHaveLength(0);
  });

  test("another process's older entry is revalidated with its validators", async () => {
    const { one, two, clock } = createPair();
    await one.ask({ entry: { ...seen("x"), upstreamEtags: { a: "1" } } });
    await settle();
    clock.step(90_000);
    const answer = await two.ask({ upstreamStatus: 304, entry: toEntry("") });
    expect(answer).toMatchObject({ handling: "REVALIDATED" });
    expect(textOf(answer.entry)).toBe('"x"');
    expect(two.next.calls[0]?.ask.etags).toStrictEqual({ a: "1" });
  });
});

describe("a purge", () => {
  test("while a call runs: its answer is given to who waited, and not kept; who comes after asks anew at once", async () => {
    const { fetch, next, clock, store, memory, background } = createCaching();
    const before = fetch(toAsk());
    await settle();
    await store.purge(toPurge("one"));
    const after = fetch(toAsk());
    await settle();
    expect(next.calls).toHaveLength(2);
    next.calls[0]?.answer(toAnswer(clock.now(), { entry: seen("old") }));
    const old = await before;
    expect(old).toMatchObject({ handling: "MISS", entry: { etag: "old" } });
    expect(old.stored).not.toBe(true);
    expect(memory.size().entries).toBe(0);
    next.calls[1]?.answer(toAnswer(clock.now(), { entry: seen("new") }));
    expect(await after).toMatchObject({ entry: { etag: "new" }, stored: true });
    expect(await fetch(toAsk())).toMatchObject({ handling: "HIT", entry: { etag: "new" } });
    await Promise.all(background);
  });

  test("while GitHub confirms an entry: those who waited get its bytes, and nothing is stored", async () => {
    const { ask, fetch, next, clock, store, memory } = createCaching();
    await ask({ entry: seen("old") });
    clock.step(100_000);
    const before = fetch(toAsk());
    await settle();
    await store.purge(toPurge("one"));
    const entry = { status: 304, body: new Uint8Array(), etag: "" };
    next.calls[1]?.answer(toAnswer(clock.now(), { entry, upstreamStatus: 304 }));
    const answer = await before;
    expect(answer).toMatchObject({ handling: "REVALIDATED", entry: { status: 200, etag: "old" } });
    expect(textOf(answer.entry)).toBe('"old"');
    expect(answer.stored).not.toBe(true);
    expect(memory.size().entries).toBe(0);
  });

  test("while a refresh runs behind: it brings nothing back", async () => {
    const { ask, fetch, next, clock, store, memory, background } = createCaching();
    await ask({ entry: seen("old") });
    clock.step(60_000);
    expect(await fetch(toAsk())).toMatchObject({ handling: "STALE" });
    await settle();
    await store.purge(toPurge("one"));
    next.calls[1]?.answer(toAnswer(clock.now(), { upstreamStatus: 304 }));
    await Promise.all(background);
    expect(memory.size().entries).toBe(0);
  });

  test("while another process asks: what that brings reaches neither the tier nor stays with it", async () => {
    const { one, two, clock, driver } = createPair();
    const before = one.fetch(toAsk());
    await settle();
    expect(await two.store.purge(toPurge("one"))).toBe(true);
    const after = two.fetch(toAsk());
    await settle();
    expect(two.next.calls, "its lease holds nobody off").toHaveLength(1);
    one.next.calls[0]?.answer(toAnswer(clock.now(), { entry: seen("old") }));
    await before;
    await settle();
    expect(await driver.getItem("one")).toBeNull();
    expect(one.memory.size().entries).toBe(0);
    two.next.calls[0]?.answer(toAnswer(clock.now(), { entry: seen("new") }));
    await after;
    await settle();
    for (const { ask } of [one, two]) expect(await ask()).toMatchObject({ handling: "HIT", entry: { etag: "new" } });
  });

  test("of a gist while a list is asked for that shows it: the list is not kept", async () => {
    const { fetch, next, clock, store, memory } = createCaching();
    const [shows, showsNot] = [fetch(toAsk("list")), fetch(toAsk("other"))];
    await settle();
    await store.purge({ tags: ["gist:ab1"], keys: [] });
    next.calls[0]?.answer(toAnswer(clock.now(), { entry: toEntry('[{"url":"https://x/gists/ab1"}]') }));
    next.calls[1]?.answer(toAnswer(clock.now(), { entry: toEntry('[{"url":"https://x/gists/ab12"}]') }));
    expect((await shows).stored).not.toBe(true);
    expect((await showsNot).stored).toBe(true);
    expect(memory.size().entries).toBe(1);
  });

  test("holds of its own key only", async () => {
    const { fetch, next, clock, store } = createCaching();
    const other = fetch(toAsk("other"));
    await settle();
    await store.purge(toPurge("one"));
    next.calls[0]?.answer(toAnswer(clock.now()));
    expect(await other).toMatchObject({ stored: true });
  });
});
