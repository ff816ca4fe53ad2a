import { expect, test } from "vitest";
import { textOf, toEntry } from "../../../../test/support/layers.ts";
import { createService, start } from "../../../../test/support/ports.ts";
import { createSharing, driverWith } from "../../../../test/support/shared-tier.ts";
import { createStore, loadSharedTier, type Sharing } from "./create.ts";

async function create(sharing?: Sharing, env: Record<string, string> = {}) {
  const { ports } = createService({ env });
  const store = createStore(ports, sharing && { ...sharing, code: await loadSharedTier() });
  /** The lines of a metric. */
  async function read(metric: string): Promise<string[]> {
    const { body } = await ports.metrics.expose(undefined);
    return body
      .split("\n")
      .filter((line) => line.startsWith(metric))
      .sort();
  }
  return { store, read };
}

test("without sharing there is the process's own tier only, and leases are granted", async () => {
  const { store, read } = await create();
  const { shared } = await store.set("key", toEntry("1"), 60);
  expect(shared).toBeUndefined();
  expect(await read("cache_entries")).toStrictEqual(["cache_entries 1"]);
  expect(await store.lease("key")).toBeTypeOf("function");
  expect(await store.lease("key")).toBeTypeOf("function");
});

test("its bounds are the settings'", async () => {
  const { store, read } = await create(undefined, { CACHE_MAX_ENTRIES: "2" });
  for (const key of ["a", "b", "c"]) await store.set(key, toEntry(), 60);
  expect(await read("cache_entries")).toStrictEqual(["cache_entries 2"]);
});

test("with sharing, what one process keeps another finds, and a lease is one's", async () => {
  const sharing = createSharing(() => start);
  const [one, two] = [await create(sharing), await create(sharing)];
  await (
    await one.store.set("key", toEntry("1"), 60)
  ).shared;
  expect(textOf((await two.store.get("key"))!)).toBe("1");
  expect(await one.store.lease("key")).toBeTypeOf("function");
  expect(await two.store.lease("key")).toBeUndefined();
});

test("failures and garbage of the shared tier are counted by operation and reason", async () => {
  const driver = driverWith({
    getItem: () => "garbage",
    setItem: () => Promise.reject(new Error("full")),
  });
  const { store, read } = await create({ driver });
  await store.get("key");
  await (
    await store.set("key", toEntry("1"), 60)
  ).shared;
  expect(await read("shared_cache_errors_total")).toStrictEqual([
    'shared_cache_errors_total{operation="get",reason="garbage"} 1',
    'shared_cache_errors_total{operation="set",reason="error"} 1',
  ]);
});
