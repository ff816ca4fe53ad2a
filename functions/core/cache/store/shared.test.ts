import { describe, expect, test } from "vitest";
import { createClock, textOf, toEntry } from "../../../../test/support/layers.ts";
import { createSharing, driverWith, toStore, watch } from "../../../../test/support/shared-tier.ts";
import { encodeEntry } from "./codec.ts";
import { describeStore } from "./contract.ts";

describeStore("shared tier over unstorage's memory driver", () => ({
  open: () => toStore(watch(createSharing(Date.now)).tier),
}));

describe("a shared tier", () => {
  test("hands each entry's time on to the driver, in whole seconds and at least one", async () => {
    const ttls: unknown[] = [];
    const { tier } = watch({ driver: driverWith({ setItem: (_key, _value, { ttl }) => void ttls.push(ttl) }) });
    await tier.set("a", toEntry(), 86_460);
    await tier.set("b", toEntry(), 0.2);
    await tier.set("c", toEntry(), 0);
    expect(ttls).toStrictEqual([86_460, 1, 1]);
  });

  test("an entry keeps its own times where the driver forgets nothing", async () => {
    const { tier } = watch({ driver: driverWith() });
    const entry = toEntry("1", { freshUntil: 1 });
    await tier.set("a", entry, 1);
    expect((await tier.get("a"))?.freshUntil).toBe(1);
  });

  test.each([
    ["garbage", "\u0000\ufffd garbage"],
    ["JSON that is no entry", '{"status":200}'],
    ["a word that unstorage takes for a value", "true"],
    ["an entry of a version to come", encodeEntry("key", toEntry()).replace(/^edge-gists\/\d+/, "edge-gists/999")],
    ["half an entry", encodeEntry("key", toEntry("x".repeat(100))).slice(0, -50)],
    ["another key's entry", encodeEntry("other", toEntry())],
    ["nothing at all", ""],
  ])("%s reads as nothing and is counted", async (_, text) => {
    const { tier, garbage, errors } = watch({ driver: driverWith({ getItem: () => text }) });
    await expect(tier.get("key")).resolves.toBeUndefined();
    expect(garbage()).toBe(1);
    expect(errors).toStrictEqual([]);
  });

  test("what is not there is not counted as garbage", async () => {
    const { tier, garbage } = watch({ driver: driverWith() });
    await tier.get("key");
    expect(garbage()).toBe(0);
  });

  test("garbage is replaced by the next entry", async () => {
    const driver = driverWith();
    await driver.setItem?.("key", "garbage", {});
    const { tier } = watch({ driver });
    await tier.get("key");
    await tier.set("key", toEntry("1"), 60);
    expect(textOf((await tier.get("key"))!)).toBe("1");
  });
});

describe("what is too large to be shared", () => {
  const [small, large] = [toEntry("x".repeat(100)), toEntry("x".repeat(101))];
  const options = { maxValueBytes: 100 };

  test("is counted and not kept; what was kept before is gone, and the next that fits is kept", async () => {
    const sharing = { driver: driverWith() };
    const [one, two] = [watch(sharing, options), watch(sharing, options)];
    await one.tier.set("key", small, 60);
    expect(textOf((await two.tier.get("key"))!)).toBe(textOf(small));
    await one.tier.set("key", large, 60);
    expect(await two.tier.get("key")).toBeUndefined();
    expect([one.skipped(), two.garbage()]).toStrictEqual([1, 0]);
    expect(String(await sharing.driver.getItem("key")).length, "costs no more than its key").toBeLessThan(50);
    await two.tier.set("key", small, 60);
    expect(textOf((await one.tier.get("key"))!)).toBe(textOf(small));
  });

  test("is waited for by nobody who knows, until it fits again", async () => {
    const sharing = createSharing(Date.now);
    const [one, two] = [watch(sharing, options).tier, watch(sharing, options).tier];
    await one.lease("key");
    await one.set("key", large, 60);
    await expect(two.lease("key"), "not seen yet").resolves.toBeUndefined();
    await two.get("key");
    await expect(two.lease("key")).resolves.toBeTypeOf("function");
    await expect(one.lease("key")).resolves.toBeTypeOf("function");
    await two.set("key", small, 60);
    await one.get("key");
    await expect(one.lease("key")).resolves.toBeUndefined();
  });

  test("is taken after a purge, from each process in turn", async () => {
    const sharing = createSharing(Date.now);
    const tiers = [watch(sharing, options).tier, watch(sharing, options).tier];
    await tiers[0]!.purge("key");
    for (const tier of tiers) {
      await tier.get("key");
      const lease = await tier.lease("key");
      expect(await tier.set("key", large, 60, lease)).toBe(true);
      await lease!();
    }
  });
});

describe("leases", () => {
  test("one holder at a time, and others once it is given back", async () => {
    const sharing = createSharing(Date.now);
    const [one, two] = [watch(sharing).tier, watch(sharing).tier];
    const release = await one.lease("key");
    expect(release).toBeTypeOf("function");
    await expect(two.lease("key")).resolves.toBeUndefined();
    await expect(one.lease("key")).resolves.toBeUndefined();
    await release?.();
    await expect(two.lease("key")).resolves.toBeTypeOf("function");
  });

  test("end by themselves, and their late holder cannot release the next one's", async () => {
    const clock = createClock();
    const sharing = createSharing(clock.now);
    const [one, two, three] = [watch(sharing), watch(sharing), watch(sharing)];
    const release = await one.tier.lease("key");
    clock.step(4999);
    await expect(two.tier.lease("key")).resolves.toBeUndefined();
    clock.step(1);
    await expect(two.tier.lease("key")).resolves.toBeTypeOf("function");
    await release?.();
    await expect(three.tier.lease("key")).resolves.toBeUndefined();
  });

  test("are granted at once where the tier has none, or fails to say", async () => {
    const down = () => Promise.reject(new Error("down"));
    const broken = { take: down, release: down, store: down, purge: down };
    await expect(watch({ driver: driverWith() }).tier.lease("key")).resolves.toBeTypeOf("function");
    const { tier, errors } = watch({ driver: driverWith(), leases: broken });
    const release = await tier.lease("key");
    await expect(release?.()).resolves.toBeUndefined();
    expect(errors).toStrictEqual(["lease error"]);
  });

  test("a failing release is counted and not thrown", async () => {
    const sharing = createSharing(Date.now);
    const leases = { ...sharing.leases, release: () => Promise.reject(new Error("down")) };
    const { tier, errors } = watch({ ...sharing, leases });
    const release = await tier.lease("key");
    await expect(release?.()).resolves.toBeUndefined();
    expect(errors).toStrictEqual(["release error"]);
  });
});
