import type { Entry } from "../../model.ts";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Store } from "./store.ts";

/** A store under test; two of one fixture are two processes over the same tier, where there is one. */
export interface Fixture {
  open: () => Store | Promise<Store>;
  close?: () => Promise<void> | void;
}

const now = Date.UTC(2026, 10, 2, 12);
const bytes = (text: string) => new TextEncoder().encode(text);

function entryOf(body: Uint8Array<ArrayBuffer>, fields: Partial<Entry> = {}): Entry {
  return {
    status: 200,
    contentType: "application/json; charset=utf-8",
    link: undefined,
    lastModified: undefined,
    etag: 'W/"own"',
    upstreamEtags: {},
    validatedAt: now,
    freshUntil: now + 60_000,
    body,
    ...fields,
  };
}

/** Pairs that unstorage would take for one another: it cuts at `?`, and makes `:` of slashes and of several colons. */
const lookalikes = [
  ["gists?page=1", "gists?page=2"],
  ["gists", "gists?page=1"],
  ["users/octocat", "users:octocat"],
  ["users\\octocat", "users/octocat"],
  ["a::b", "a:b"],
  [":a", "a"],
  ["a/", "a"],
  ["a%3fb", "a?b"],
  ["a%3Fb", "a?b"],
  ["a%253fb", "a%3fb"],
  ["a$", "a"],
  ["lease:a", "a"],
] as const;

/** Bodies that drivers coerce, parse, trim or recode. */
const wickedBodies: Record<string, Uint8Array<ArrayBuffer>> = {
  "the word true": bytes("true"),
  "the word null": bytes("null"),
  "the word undefined": bytes("undefined"),
  "a number": bytes("123456789012345678901234567890.10"),
  "an object": bytes('{"a": 1, "__proto__": {"polluted": true}}'),
  "a string of JSON": bytes('"text"'),
  "what looks like base64": bytes("base64:AAAA"),
  blanks: bytes(" \n\t "),
  "line ends": bytes("\r\n[\r1,\n2]\u2028\u2029"),
  nothing: bytes(""),
  "a byte order mark": bytes("\ufeff[1]"),
  "control characters": bytes(Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join("") + "\u007f"),
  "every plane": bytes("é ש 漢 \ufffd \ue000 \u{1f4ac} \u{10ffff}"),
  "a megabyte": bytes(`["${"é💬x".repeat(150_000)}"]`),
};

/** What every store keeps to, whatever is behind it. */
export function describeStore(name: string, create: () => Fixture | Promise<Fixture>): void {
  describe(`${name}: contract of a store`, () => {
    async function open(): Promise<Store> {
      const fixture = await create();
      onTestFinished(() => fixture.close?.());
      return fixture.open();
    }
    async function keep(store: Store, key: string, entry: Entry): Promise<void> {
      const { shared } = await store.set(key, entry, 3600);
      await shared;
    }

    test("what was never kept is not there", async () => {
      const store = await open();
      await expect(store.get("nothing")).resolves.toBeUndefined();
    });

    test("an entry comes back with all of its fields", async () => {
      const store = await open();
      const entry = entryOf(bytes('[{"id":"1"}]'), {
        status: 404,
        link: '<https://api.github.com/user/1/gists?page=2>; rel="next", <https://api.github.com/x>; rel="last"',
        lastModified: "Mon, 02 Nov 2026 10:00:00 GMT",
        upstreamEtags: { "": 'W/"anonymous"', "0123456789ab": '"of \\"a\\" token"' },
      });
      await keep(store, "whole", entry);
      await expect(store.get("whole")).resolves.toStrictEqual(entry);
    });

    test.each(Object.entries(wickedBodies))("a body of %s comes back byte for byte", async (_, body) => {
      const store = await open();
      await keep(store, "body", entryOf(body));
      const found = await store.get("body");
      expect(found?.body).toBeInstanceOf(Uint8Array);
      expect(found?.body.byteLength).toBe(body.byteLength);
      expect(found?.body.every((byte, at) => byte === body[at])).toBe(true);
    });

    test.each(lookalikes)("keys %j and %j are two", async (one, other) => {
      const store = await open();
      await keep(store, one, entryOf(bytes("1")));
      await expect(store.get(other)).resolves.toBeUndefined();
      await keep(store, other, entryOf(bytes("2")));
      expect((await store.get(one))?.body).toStrictEqual(bytes("1"));
      expect((await store.get(other))?.body).toStrictEqual(bytes("2"));
      await store.delete(other);
      expect((await store.get(one))?.body).toStrictEqual(bytes("1"));
    });

    test.each([".", "..", "a/../b", "x".repeat(400), "ключ"])("the key %j is one like any other", async (key) => {
      const store = await open();
      await keep(store, key, entryOf(bytes("1")));
      expect((await store.get(key))?.body).toStrictEqual(bytes("1"));
    });

    test("the last entry under a key replaces the one before", async () => {
      const store = await open();
      await keep(store, "twice", entryOf(bytes("old"), { link: "<x>" }));
      const later = entryOf(bytes("new"), { validatedAt: now + 1000, freshUntil: now + 61_000 });
      await keep(store, "twice", later);
      await expect(store.get("twice")).resolves.toStrictEqual(later);
    });

    test("what is deleted is gone, and deleting it again is no error", async () => {
      const store = await open();
      await keep(store, "gone", entryOf(bytes("1")));
      await store.delete("gone");
      await expect(store.get("gone")).resolves.toBeUndefined();
      await expect(store.delete("gone")).resolves.toBeUndefined();
    });

    test("a lease that was given back can be taken again", async () => {
      const store = await open();
      const release = await store.lease("leased");
      expect(release).toBeTypeOf("function");
      await release?.();
      await expect(store.lease("leased")).resolves.toBeTypeOf("function");
    });

    test("leases of two keys do not meet, and entries are no leases", async () => {
      const store = await open();
      await keep(store, "leased", entryOf(bytes("1")));
      await keep(store, "lease:leased", entryOf(bytes("2")));
      await expect(store.lease("leased")).resolves.toBeTypeOf("function");
      await expect(store.lease("other")).resolves.toBeTypeOf("function");
      expect((await store.get("leased"))?.body).toStrictEqual(bytes("1"));
      expect((await store.get("lease:leased"))?.body).toStrictEqual(bytes("2"));
    });
  });
}
