import type { Entry } from "../model.ts";
import { expect, test } from "vitest";
import { createEncodings } from "./encodings.ts";
import { createMemoryStore } from "./store/memory.ts";

function setUp(maxBytes = 1_000_000, size = 5000) {
  const store = createMemoryStore({ maxEntries: 10, maxBytes, now: () => 0 });
  const made: string[] = [];
  const copies = createEncodings({
    store,
    compress: async (coding, body) => {
      made.push(coding);
      return body.slice(0, 1000);
    },
  });
  const entry: Entry = {
    status: 200,
    contentType: "application/json",
    link: undefined,
    lastModified: undefined,
    etag: 'W/"1"',
    upstreamEtags: {},
    validatedAt: 0,
    freshUntil: 1,
    body: new Uint8Array(size),
  };
  return { store, made, copies, entry };
}

test("an entry is compressed once, however many want it, and again in another coding", async () => {
  const { made, copies, entry } = setUp();
  const sent = await Promise.all(Array.from({ length: 20 }, () => copies.get(entry, "gzip, br", "key")));
  expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
  expect(copies.at(entry, "br")).toMatchObject({ coding: "br" });
  expect(copies.at(entry, "gzip")).toBeUndefined();
  await copies.get(entry, "gzip", "key");
  expect(made).toEqual(["br", "gzip"]);
});

test("an entry that GitHub confirmed keeps its copies", async () => {
  const { made, copies, entry } = setUp();
  await copies.get(entry, "gzip", "key");
  expect(copies.at({ ...entry, validatedAt: 5 }, "gzip")).toMatchObject({ coding: "gzip" });
  expect(made).toEqual(["gzip"]);
});

test("the memory bound counts copies", async () => {
  const { store, copies, entry } = setUp();
  await store.set("key", entry, 60);
  const before = store.size().bytes;
  await copies.get(entry, "br", "key");
  await copies.get(entry, "gzip", "key");
  expect(store.size().bytes - before).toBe(2000);
});

test("an entry stays where a copy has no room beside it", async () => {
  const { store, copies, entry } = setUp(6500);
  await store.set("key", entry, 60);
  expect(await copies.get(entry, "br", "key")).toEqual({ body: entry.body, coding: undefined });
  expect(await store.get("key")).toBe(entry);
  expect(copies.at(entry, "br")).toEqual({ body: entry.body, coding: undefined });
});

test("a failure to compress costs no answer", async () => {
  const { store, entry } = setUp();
  const copies = createEncodings({ store, compress: () => Promise.reject(new Error("no memory")) });
  expect(await copies.get(entry, "br", "key")).toEqual({ body: entry.body, coding: undefined });
});

test("no more is compressed at once than a bound; what comes beyond is sent as it is, and compressed another time", async () => {
  const { store, entry } = setUp();
  const { promise, resolve } = Promise.withResolvers<void>();
  const copies = createEncodings({ store, compress: (_, body) => promise.then(() => body.slice(0, 1000)) });
  const [first, second] = [1, 2].map(() => ({ ...entry, body: new Uint8Array(6 * 1024 * 1024) }));
  const waiting = copies.get(first!, "br", "first");
  expect(await copies.get(second!, "br", "second")).toEqual({ body: second!.body, coding: undefined });
  resolve();
  expect(await waiting).toMatchObject({ coding: "br" });
  expect(await copies.get(second!, "br", "second")).toMatchObject({ coding: "br" });
});
