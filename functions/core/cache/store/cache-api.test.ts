import { Miniflare, Response as MiniflareResponse } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { textOf, toEntry } from "../../../../test/support/layers.ts";
import { toStore, watch } from "../../../../test/support/shared-tier.ts";
import { type CacheApiOptions, createCacheApiDriver } from "../../../worker/cache-api.ts";
import { describeStore } from "./contract.ts";

/** The part of miniflare's caches that is used: its own types are those of workerd. */
interface Caches {
  open(name: string): Promise<{
    match(url: string): Promise<Response | undefined>;
    put(url: string, response: unknown): Promise<void>;
    delete(url: string): Promise<boolean>;
  }>;
}

describe("over miniflare's Cache API", () => {
  let miniflare: Miniflare;
  let open: (name: string) => CacheApiOptions["open"];
  beforeAll(async () => {
    miniflare = new Miniflare({
      modules: true,
      script: "export default { fetch: () => new Response() }",
      compatibilityDate: "2026-01-01",
    });
    const caches = (await miniflare.getCaches()) as unknown as Caches;
    open = (name) => async () => {
      const cache = await caches.open(name);
      return {
        match: (url) => cache.match(url as string),
        delete: (url) => cache.delete(url as string),
        // It takes responses of its own class only.
        async put(url, response) {
          await cache.put(
            url as string,
            new MiniflareResponse(await response.text(), { headers: [...response.headers] }),
          );
        },
      };
    };
  }, 30_000);
  afterAll(() => miniflare.dispose());

  const driverOf = (name: string, origin = "https://gists.example") =>
    createCacheApiDriver({ open: open(name), origin });
  let fixtures = 0;

  describeStore("Cache API", () => {
    const { tier } = watch({ driver: driverOf(`contract-${(fixtures += 1)}`) }, { timeout: 5000 });
    return { open: () => toStore(tier) };
  });

  test("isolates with one name share entries, and others do not see them", async () => {
    const [one, two, other] = ["same", "same", "another"].map((name) => watch({ driver: driverOf(name) }));
    await one!.tier.set("key", toEntry("1"), 60);
    expect(textOf((await two!.tier.get("key"))!)).toBe("1");
    expect(await other!.tier.get("key")).toBeUndefined();
    expect([...one!.errors, ...two!.errors, ...other!.errors]).toStrictEqual([]);
  });

  test("an entry is kept for its time and no longer", async () => {
    const { tier } = watch({ driver: driverOf("short") }, { timeout: 5000 });
    await tier.set("key", toEntry("1"), 1);
    expect(await tier.get("key")).toBeDefined();
    await expect.poll(() => tier.get("key"), { timeout: 10_000 }).toBeUndefined();
  });

  test("the address of an item is below the given origin", async () => {
    await driverOf("address").setItem!("a,b%2f", "text", { ttl: 60 });
    const found = await (await open("address")()).match("https://gists.example/.edge-gists/a%2Cb%252f");
    expect(await found?.text()).toBe("text");
    expect(found?.headers.get("cache-control")).toBe("max-age=60");
  });
});
