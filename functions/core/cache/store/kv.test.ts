import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { textOf, toEntry } from "../../../../test/support/layers.ts";
import { toStore, watch } from "../../../../test/support/shared-tier.ts";
import { createKvSharing } from "../../../worker/kv.ts";
import { describeStore } from "./contract.ts";
import { createMemoryStore } from "./memory.ts";
import { createTieredStore } from "./tiered.ts";

/** The part of Workers KV that these tests look into, since its own types are not among the project's. */
interface Namespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  list(options?: { prefix: string }): Promise<{ keys: { name: string; expiration?: number }[] }>;
}

describe("over miniflare's Workers KV", () => {
  let miniflare: Miniflare;
  let kv: Namespace;
  beforeAll(async () => {
    miniflare = new Miniflare({
      modules: true,
      script: "export default { fetch: () => new Response() }",
      kvNamespaces: ["CACHE"],
      compatibilityDate: "2026-01-01",
    });
    kv = (await miniflare.getKVNamespace("CACHE")) as unknown as Namespace;
  }, 30_000);
  afterAll(() => miniflare.dispose());

  const open = () => watch(createKvSharing(kv), { timeout: 5000 });

  describeStore("Workers KV", async () => {
    const { keys } = await kv.list();
    await Promise.all(keys.map(({ name }) => kv.delete(name)));
    return { open: () => toStore(open().tier) };
  });

  test.each([
    ["a day", 86_400, 86_400],
    ["less than the minute that is KV's least", 5, 60],
  ])("an entry for %s expires by itself", async (_, keepSeconds, kvSeconds) => {
    const { tier, errors } = open();
    const before = Math.floor(Date.now() / 1000);
    await tier.set("expiring", toEntry("1"), keepSeconds);
    expect(errors).toStrictEqual([]);
    const { keys } = await kv.list({ prefix: "expiring" });
    expect(keys[0]?.expiration).toBeGreaterThanOrEqual(before + kvSeconds);
    expect(keys[0]?.expiration).toBeLessThanOrEqual(before + kvSeconds + 10);
  });

  test("entries are kept as text, not in base64", async () => {
    const { tier } = open();
    await tier.set("text", toEntry('{"a":"é"}'), 60);
    expect(await kv.get("text")).toMatch(/\n\{"a":"é"\}$/);
  });

  test("isolates share entries; leases are granted to each, since KV has none", async () => {
    const [one, two] = [open(), open()];
    await one.tier.set("key", toEntry("1"), 60);
    expect(textOf((await two.tier.get("key"))!)).toBe("1");
    expect(await one.tier.lease("key")).toBeTypeOf("function");
    expect(await two.tier.lease("key")).toBeTypeOf("function");
  });

  test("what another program wrote there reads as nothing and is counted", async () => {
    await kv.put("foreign", '{"status":200}');
    const { tier, garbage } = open();
    expect(await tier.get("foreign")).toBeUndefined();
    expect(garbage()).toBe(1);
  });

  test("the purge of a gist takes all that is below its address, whichever isolate stored it", async () => {
    const purging = async (tags: string[]) => {
      const sharing = createKvSharing(kv);
      const own = createMemoryStore({ maxEntries: 10, maxBytes: 2 ** 20, now: Date.now });
      const options = { keepOf: () => 60, isFresh: () => true, now: Date.now, find: sharing.find! };
      return createTieredStore(own, watch(sharing, { timeout: 5000 }).tier, options).purge({ tags, keys: [] });
    };
    const [taken, kept] = [
      [
        "2022-11-28,json,gists,ab1",
        "2026-03-10,raw,gists,ab1",
        "2022-11-28,html,gists,ab1,comments,page=1,per_page=30",
      ],
      ["2022-11-28,json,gists,ab12", "2022-11-28,json,gists,ab", "2022-11-28,json,users,ab1,gists,page=1"],
    ];
    const { tier } = open();
    for (const key of [...taken, ...kept]) await tier.set(key, toEntry(), 60);
    expect(await purging(["gist:ab1"])).toBe(true);
    for (const key of taken) expect(await tier.get(key), key).toBeUndefined();
    for (const key of kept) expect(await tier.get(key), key).toBeDefined();
    expect(await purging(["user:ab1"])).toBe(true);
    expect(await tier.get(kept[2]!)).toBeUndefined();
  });

  test("a key that KV refuses for its length fails nothing", async () => {
    const { tier, errors } = open();
    await tier.set("x".repeat(600), toEntry("1"), 60);
    expect(await tier.get("x".repeat(600))).toBeUndefined();
    expect(errors).toStrictEqual(["set error", "get error"]);
  });
});
