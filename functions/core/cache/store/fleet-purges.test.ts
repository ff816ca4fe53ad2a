import { describe, expect, test } from "vitest";
import { createService, start } from "../../../../test/support/ports.ts";
import { settle, textOf, toEntry } from "../../../../test/support/layers.ts";
import { createSharing } from "../../../../test/support/shared-tier.ts";
import { createStore, loadSharedTier } from "./create.ts";
import { createFleetPurges, type PurgeFollower, type PurgeLog } from "./fleet-purges.ts";
import type { Store } from "./store.ts";

const gist = "2022-11-28,json,gists,ab1";
const list = "2022-11-28,json,users,octocat,gists,page=1,per_page=30";
const shows = (id: string, version = "") => `[{"url":"https://api.github.com/gists/${id}","v":"${version}"}]`;
const purgeOf = (id: string) => ({ tags: [`gist:${id}`], keys: [`2022-11-28,json,gists,${id}`] });

/** A fleet over one tier, whose log reaches each process when the test says so. */
async function createFleet(count: number, log: Partial<PurgeLog> = {}) {
  const sharing = createSharing(() => start);
  const code = await loadSharedTier();
  let position = 0;
  const processes = Array.from({ length: count }, (_, own) => {
    const service = createService();
    const { ports } = service;
    let follower!: PurgeFollower;
    const waiting: [tags: readonly string[], position: number, isOwn: boolean][] = [];
    const purgeLog: PurgeLog = {
      async add(tags) {
        position += 1;
        for (const [n, process] of processes.entries()) process.waiting.push([tags, position, n === own]);
        return position;
      },
      countReceivers: async () => count,
      follow: (given) => (follower = given),
      ...log,
    };
    const joinFleet = (member: Parameters<typeof createFleetPurges>[1]) => createFleetPurges(purgeLog, member);
    const store: Store = createStore(ports, { ...sharing, joinFleet, code });
    return {
      store,
      waiting,
      service,
      follower: () => follower,
      receive: () => waiting.splice(0).forEach((purge) => follower.onPurge(...purge)),
      metrics: async (name: string) =>
        (await ports.metrics.expose(undefined)).body.split("\n").filter((line) => line.startsWith(name)),
    };
  });
  return processes as [(typeof processes)[0], (typeof processes)[0], ...typeof processes];
}

async function keep(store: Store, key: string, body: string) {
  const lease = await store.lease(key);
  const { shared } = await store.set(key, toEntry(body), 3600, undefined, lease);
  await shared;
  await lease?.();
}

const read = async (store: Store, key: string) => {
  const entry = await store.get(key);
  return entry && textOf(entry);
};

describe("a purge in one process", () => {
  test("takes entries and lists of the others once they hear of it, and nothing else", async () => {
    const [one, two] = await createFleet(2);
    const other = "2022-11-28,json,users,hubot,gists,page=1,per_page=30";
    await keep(two.store, gist, "{}");
    await keep(two.store, list, shows("ab1"));
    await keep(two.store, other, shows("ab2"));
    expect(await one.store.purge(purgeOf("ab1"))).toBe(true);
    expect(two.store.watch(gist)(), "not yet").toBeDefined();
    two.receive();
    for (const key of [gist, list]) expect(two.store.watch(key)(), key).toBeUndefined();
    expect(two.store.watch(other)()).toBeDefined();
  });

  test("is not applied twice there: what was stored since stays", async () => {
    const [one] = await createFleet(2);
    await one.store.purge(purgeOf("ab1"));
    await keep(one.store, gist, "new");
    one.receive();
    expect(one.store.watch(gist)()).toBeDefined();
    expect(await read(one.store, gist)).toBe("new");
  });

  test("makes others refuse what the shared tier kept because nobody knew the list", async () => {
    const [one, two, three] = await createFleet(3);
    await keep(two.store, list, shows("ab1", "old"));
    expect(await read(three!.store, list)).toBe(shows("ab1", "old"));
    await one.store.purge(purgeOf("ab1"));
    for (const { receive } of [one, two, three!]) receive();
    for (const { store } of [one, two, three!]) expect(await read(store, list)).toBeUndefined();
    await keep(two.store, list, shows("ab1", "new"));
    for (const { store } of [one, two, three!]) expect(await read(store, list)).toBe(shows("ab1", "new"));
  });

  test("makes others refuse what a process stores that has not heard of it", async () => {
    const [one, two] = await createFleet(2);
    await one.store.purge(purgeOf("ab1"));
    one.receive();
    await keep(two.store, list, shows("ab1", "old"));
    expect(await read(one.store, list)).toBeUndefined();
    expect(two.store.watch(list)()).toBeDefined();
    two.receive();
    expect(await read(two.store, list)).toBeUndefined();
  });

  test("that the log does not take is not confirmed, and takes effect here", async () => {
    const [one] = await createFleet(1, { add: () => Promise.reject(new Error("down")) });
    await keep(one.store, gist, "{}");
    expect(await one.store.purge(purgeOf("ab1"))).toBe(false);
    expect(one.store.watch(gist)()).toBeUndefined();
    expect(await one.metrics("shared_cache_errors_total")).toStrictEqual([
      'shared_cache_errors_total{operation="purge",reason="error"} 1',
    ]);
  });

  test("is logged with the number of replicas that have applied it", async () => {
    const [one] = await createFleet(2);
    await one.store.purge(purgeOf("ab1"));
    await settle();
    const { log } = one.service;
    expect(log.map(({ message, fields }) => [message, fields])).toStrictEqual([
      ["replicas have dropped what was purged", { replicas: 2 }],
    ]);
  });
});

describe("a process that does not receive purges", () => {
  test("says so once, and when it receives them again", async () => {
    const [one] = await createFleet(1);
    const { onChange } = one.follower();
    expect(await one.metrics("cache_purges_received")).toStrictEqual(["cache_purges_received 0"]);
    onChange(true);
    expect(one.service.log).toStrictEqual([]);
    expect(await one.metrics("cache_purges_received")).toStrictEqual(["cache_purges_received 1"]);
    for (const cause of ["gone", "still gone"]) onChange(false, cause);
    onChange(true);
    expect(one.service.log.map(({ message, fields }) => [message, fields])).toStrictEqual([
      ["purges of other replicas are not received", { cause: "gone" }],
      ["purges of other replicas are received again", {}],
    ]);
  });

  test("drops all that it has once purges were missed, and what is under way; and refuses what is older", async () => {
    const [one, two] = await createFleet(2);
    two.follower().onPurge(["gist:ab2"], 5, false);
    await keep(one.store, list, shows("ab1"));
    await keep(two.store, gist, "{}");
    const purges = two.store.purges();
    two.follower().onGap(50);
    expect(two.store.watch(gist)()).toBeUndefined();
    expect(two.store.isPurged(gist, purges)).toBe(true);
    expect(await read(two.store, list)).toBeUndefined();
    await keep(two.store, list, shows("ab1", "new"));
    expect(await read(two.store, list)).toBe(shows("ab1", "new"));
    expect(await two.metrics("cache_purges_total")).toStrictEqual(['cache_purges_total{source="gap"} 1']);
  });
});
