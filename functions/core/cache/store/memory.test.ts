import { describe, expect, test } from "vitest";
import { createClock, textOf, toEntry } from "../../../../test/support/layers.ts";
import { describeStore } from "./contract.ts";
import { createMemoryStore } from "./memory.ts";

const megabyte = 2 ** 20;
const roomy = { maxEntries: 1000, maxBytes: 64 * megabyte };

describeStore("memory", () => ({ open: () => createMemoryStore({ ...roomy, now: () => Date.now() }) }));

describe("the process's own tier", () => {
  test("keeps an entry as long as it was told, and not longer", async () => {
    const clock = createClock();
    const store = createMemoryStore({ ...roomy, now: clock.now });
    await store.set("short", toEntry("1"), 10);
    await store.set("long", toEntry("2"), 100);
    clock.step(9999);
    expect(await store.get("short")).toBeDefined();
    clock.step(1);
    expect(await store.get("short")).toBeUndefined();
    expect(await store.get("long")).toBeDefined();
  });

  test("an entry past its time takes no room once it was looked for", async () => {
    const clock = createClock();
    const store = createMemoryStore({ ...roomy, now: clock.now });
    await store.set("short", toEntry("1"), 10);
    clock.step(10_000);
    await store.get("short");
    expect(store.size()).toStrictEqual({ entries: 0, bytes: 0 });
  });

  test("never holds more entries than it may", async () => {
    const store = createMemoryStore({ ...roomy, maxEntries: 3, now: createClock().now });
    for (let n = 0; n < 10; n += 1) {
      await store.set(`key ${n}`, toEntry(String(n)), 60);
      expect(store.size().entries).toBeLessThanOrEqual(3);
    }
    expect(await store.get("key 6")).toBeUndefined();
    expect(textOf((await store.get("key 9"))!)).toBe("9");
  });

  test("never holds more bytes than it may, whatever mixture comes", async () => {
    const store = createMemoryStore({ maxEntries: 1000, maxBytes: 100_000, now: createClock().now });
    for (let n = 0; n < 200; n += 1) {
      await store.set(`key ${n % 37}`, toEntry("x".repeat((n * 7919) % 30_000)), 60);
      expect(store.size().bytes).toBeLessThanOrEqual(100_000);
    }
    expect(store.size().bytes).toBeGreaterThan(50_000);
  });

  test("counts bodies, keys and what an entry costs beside them", async () => {
    const store = createMemoryStore({ ...roomy, now: createClock().now });
    await store.set("k".repeat(100), toEntry("x".repeat(5000)), 60);
    const { bytes } = store.size();
    expect(bytes).toBeGreaterThanOrEqual(5000 + 200);
    expect(bytes).toBeLessThan(5000 + 200 + 4096);
  });

  test("an entry larger than the whole tier is not kept, nor is what it would have replaced", async () => {
    const store = createMemoryStore({ maxEntries: 10, maxBytes: 10_000, now: createClock().now });
    await store.set("other", toEntry("1"), 60);
    await store.set("grown", toEntry("old"), 60);
    await store.set("grown", toEntry("x".repeat(20_000)), 60);
    expect(await store.get("grown")).toBeUndefined();
    expect(await store.get("other")).toBeDefined();
  });

  test("a purge by tag takes what has the tag now, with the lists of a gist's owner, and says so", async () => {
    const store = createMemoryStore({ ...roomy, now: createClock().now });
    const owner = '"owner":{"login":"Octocat"}';
    const entries = {
      "v,json,gists,ab1": `{"url":"https://x/gists/ab1",${owner}}`,
      "v,raw,gists,ab1,0f": `{"url":"https://x/gists/ab1/0f",${owner}}`,
      "raw,/octocat/ab1/raw/0f/a.txt": "bytes",
      "v,json,users,octocat,gists,page=2": "[]",
      "v,json,gists,public,page=1": '[{"url":"https://x/gists/ab1"}]',
      "v,json,gists,ab12": '{"url":"https://x/gists/ab12"}',
      "v,json,gists,public,page=2": '[{"url":"https://x/gists/ab12"}]',
      "v,json,users,hubot,gists,page=1": '[{"url":"https://x/gists/ab12"}]',
    };
    const [list] = ["v,json,users,hubot,gists,page=1"];
    await store.set(list, toEntry('[{"url":"https://x/gists/ab1"}]'), 60);
    for (const [key, body] of Object.entries(entries)) await store.set(key, toEntry(body), 60);
    const before = store.purges();
    const { tags, keys } = store.drop({ tags: ["gist:ab1"], keys: ["v,base64,gists,ab1"] });
    expect(tags).toStrictEqual(["gist:ab1", "user:octocat"]);
    expect(keys.toSorted()).toStrictEqual(
      [
        "v,base64,gists,ab1",
        ...Object.keys(entries)
          .filter((key) => key.startsWith("v,"))
          .slice(0, 4),
      ].toSorted(),
    );
    const left = Object.keys(entries).filter((key) => store.watch(key)() !== undefined);
    expect(left).toStrictEqual(Object.keys(entries).slice(5));
    expect(store.isPurged("v,html,gists,ab1,comments", before)).toBe(true);
    expect(store.isPurged("v,json,users,octocat,gists,page=9", before)).toBe(true);
    expect(store.isPurged(list, before)).toBe(false);
    expect(store.isPurged(list, before, toEntry('[{"url":"https://x/gists/ab1"}]').body)).toBe(true);
    expect(store.isPurged("v,json,gists,ab1", store.purges())).toBe(false);
  });

  test("gists that a body shows count against the room", async () => {
    const store = createMemoryStore({ ...roomy, now: createClock().now });
    const urls = Array.from({ length: 100 }, (_, n) => ({ url: `https://x/gists/ab${n}` }));
    const body = JSON.stringify(urls);
    await store.set("plain", toEntry("x".repeat(body.length)), 60);
    const plain = store.size().bytes;
    await store.set("shows", toEntry(body), 60);
    expect(store.size().bytes - plain).toBeGreaterThan(plain + 100 * 100);
    store.dropAll();
    expect(store.size()).toStrictEqual({ entries: 0, bytes: 0 });
  });

  test("what was used last stays longest", async () => {
    const store = createMemoryStore({ ...roomy, maxEntries: 3, now: createClock().now });
    for (const key of ["a", "b", "c"]) await store.set(key, toEntry(key), 60);
    await store.get("a");
    await store.set("d", toEntry("d"), 60);
    const left = await Promise.all(["a", "b", "c", "d"].map(async (key) => (await store.get(key)) !== undefined));
    expect(left).toStrictEqual([true, false, true, true]);
  });
});
