import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toEntry } from "../../../test/support/layers.ts";
import { contentOf, filesOf } from "./gist-files.ts";
import { createMemoryStore } from "./store/memory.ts";

const read = (json: string) => {
  const entry = toEntry(json);
  return filesOf(entry, "one", {}).map((file) => {
    const { name, rawUrl, size, isTruncated, isBase64 } = file;
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(contentOf(entry, file));
    return { name, rawUrl, size, isTruncated, isBase64, text };
  });
};

describe("the files of a gist", () => {
  const files = fc.dictionary(
    fc.string({ unit: "binary" }),
    fc.record({
      raw_url: fc.webUrl(),
      size: fc.nat(),
      truncated: fc.boolean(),
      content: fc.string({ unit: "binary" }),
      other: fc.jsonValue(),
    }),
  );
  const rest = fc.dictionary(fc.string(), fc.jsonValue());

  test("are those that JSON.parse finds, whatever is around them", () => {
    fc.assert(
      fc.property(rest, files, rest, fc.constantFrom(undefined, 1, "\t"), (before, given, after, indent) => {
        const { files: _before, ...head } = before;
        const { files: _after, ...tail } = after;
        const json = JSON.stringify({ ...head, files: given, ...tail }, undefined, indent);
        const { files: parsed } = JSON.parse(json) as { files: typeof given };
        expect(read(json)).toEqual(
          Object.entries(parsed).map(([name, file]) => ({
            name,
            rawUrl: file.raw_url,
            size: file.size,
            isTruncated: file.truncated,
            isBase64: false,
            text: file.content.toWellFormed(),
          })),
        );
      }),
    );
  });

  test("are not those of the gist that it is a fork of, nor those in a text", () => {
    const json = `{"fork_of":{"files":{"no":{}}},"description":"\\"files\\":{","files":{"a\\"\\\\":{"content":"\\\\\\""}},"n":[1.5e-3,{"files":{}}]}`;
    expect(read(json).map(({ name, text }) => [name, text])).toEqual([['a"\\', '\\"']]);
  });

  test("may have no content, or none at all", () => {
    expect(read(`{"files":{"a":{"content":null}}}`)[0]?.text).toBe("");
    expect(read(`{"files":{"a":null}}`)[0]?.text).toBe("");
    expect(read(`{"files":null}`)).toEqual([]);
    expect(read("[]")).toEqual([]);
    expect(read("{}")).toEqual([]);
  });

  test("in base64 are bytes", () => {
    const entry = toEntry(`{"files":{"a":{"encoding":"base64","content":"AP/+"}}}`);
    const [file] = filesOf(entry, "one", {});
    expect([...contentOf(entry, file!)]).toEqual([0, 255, 254]);
  });

  test("that are no base64, though GitHub says so, have no content", () => {
    const entry = toEntry(`{"files":{"a":{"encoding":"base64","content":"!!!"}}}`);
    const [file] = filesOf(entry, "one", {});
    expect(contentOf(entry, file!)).toHaveLength(0);
  });

  test.each(['"12"', '"many"', "-5", "1.5", "1e300", "null", "{}", "true"])("of size %s have none", (size) => {
    expect(read(`{"files":{"a":{"size":${size}}}}`)[0]?.size).toBeNaN();
  });

  test("that end too early are an error, not an endless loop", () => {
    const whole = `{"files":{"a":{"content":"x","size":1}}}`;
    for (let end = 1; end < whole.length; end++)
      expect(() => read(whole.slice(0, end)), whole.slice(0, end)).toThrow(/JSON/);
  });

  test("count against the memory of the cache", async () => {
    const store = createMemoryStore({ maxEntries: 10, maxBytes: 100_000, now: () => 0 });
    const names = Array.from({ length: 20 }, (_, n) => `"${"n".repeat(100)}${n}":{}`);
    const entry = toEntry(`{"files":{${names.join()}}}`);
    await store.set("one", entry, 60);
    const before = store.size().bytes;
    filesOf(entry, "one", store);
    expect(store.size().bytes - before).toBeGreaterThan(20 * 2 * 100);
  });
});
