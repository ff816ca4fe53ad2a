import { describe, expect, test } from "vitest";
import { textOf, toEntry } from "../../../../test/support/layers.ts";
import { createSharing, watch } from "../../../../test/support/shared-tier.ts";
import { encodeEntry } from "./codec.ts";
import type { Leases } from "./shared.ts";

/** A tier of two servers, by the first character of a key; those in `lost` fail, those in `failingOver` are replaced. */
function start() {
  const { driver, leases } = createSharing(Date.now);
  const lost = new Set<string>();
  const failingOver = new Set<string>();
  const late: string[] = [];
  let tellBack: (server: string) => void = () => undefined;
  const serverOf = (key: string) => key[0]!;
  function reach(key: string): void {
    if (lost.has(serverOf(key))) throw new Error("Connection is closed.");
  }
  const of: Leases = {
    async take(key, ...rest) {
      reach(key);
      return leases.take(key, ...rest);
    },
    async store(key, ...rest) {
      reach(key);
      return leases.store(key, ...rest);
    },
    async purge(key, ...rest) {
      reach(key);
      return leases.purge(key, ...rest);
    },
    async release(key, ...rest) {
      reach(key);
      return leases.release(key, ...rest);
    },
    async read(key) {
      reach(key);
      return encodeEntry(key, toEntry("of the master"));
    },
    serverOf,
    failsOver: (key) => failingOver.has(serverOf(key)),
    onLate: (server) => void late.push(server),
    onBack: (listener) => void (tellBack = listener),
  };
  const watched = watch({ driver, leases: of }, { now: Date.now, timeout: 200 });
  return { ...watched, of, lost, failingOver, late, tellBack: (server: string) => tellBack(server) };
}

describe("a server of the shared tier that is lost", () => {
  test("is waited for only while another one is expected in its place", async () => {
    const { tier, lost, failingOver } = start();
    lost.add("a");
    failingOver.add("a");
    expect(await tier.lease("a1"), "nobody may call yet").toBeUndefined();
    failingOver.clear();
    expect(await tier.lease("a2"), "each for itself").toBeTypeOf("function");
  });

  test("grants a lease as soon as it is replaced, however often it was tried", async () => {
    const { tier, lost, failingOver } = start();
    lost.add("a");
    failingOver.add("a");
    for (let round = 0; round < 10; round += 1) expect(await tier.lease("a1")).toBeUndefined();
    lost.clear();
    expect(await tier.lease("a1")).toBeTypeOf("function");
    expect(await tier.lease("a1"), "one for all").toBeUndefined();
  });

  test("gets what was stored and purged meanwhile, once it is replaced", async () => {
    const { tier, lost, failingOver } = start();
    lost.add("a");
    failingOver.add("a");
    const stored = tier.set("a1", toEntry("1"), 60);
    const purged = tier.purge("a2");
    await new Promise((resolve) => setTimeout(resolve, 250));
    lost.clear();
    expect(await stored).toBe(true);
    expect(await purged).toBe(true);
    expect(textOf((await tier.get("a1"))!)).toBe("1");
  });

  test("does not get what was stored if nothing takes its place", async () => {
    const { tier, lost, failingOver, errors } = start();
    lost.add("a");
    failingOver.add("a");
    const purged = tier.purge("a2");
    await new Promise((resolve) => setTimeout(resolve, 250));
    failingOver.clear();
    expect(await purged).toBe(false);
    expect(errors.length).toBeGreaterThan(1);
  });

  test("says nothing of the other servers", async () => {
    const { tier, lost } = start();
    lost.add("a");
    expect(await tier.lease("a1")).toBeTypeOf("function");
    expect(await tier.lease("b1")).toBeTypeOf("function");
    expect(await tier.lease("b1"), "a real lease").toBeUndefined();
  });

  test("is used again at once if something says that it is back", async () => {
    const { tier, lost, tellBack, log } = start();
    lost.add("a");
    await tier.set("a1", toEntry("1"), 60);
    lost.clear();
    await tier.set("a1", toEntry("2"), 60);
    expect(await tier.get("a1"), "a pause").toBeUndefined();
    tellBack("a");
    await tier.set("a1", toEntry("3"), 60);
    expect(textOf((await tier.get("a1"))!)).toBe("3");
    expect(log).toEqual(["warn: shared cache fails: doing without it", "info: shared cache is back"]);
  });

  test("is told of if it does not reply in time", async () => {
    const { tier, of, late } = start();
    of.take = () => new Promise(() => undefined);
    await tier.lease("a1");
    expect(late).toEqual(["a"]);
  });

  test("the latest entry is that of the master", async () => {
    const { tier } = start();
    await tier.set("a1", toEntry("of the driver"), 60);
    expect(textOf((await tier.get("a1"))!)).toBe("of the driver");
    expect(textOf((await tier.get("a1", undefined, true))!)).toBe("of the master");
  });
});
