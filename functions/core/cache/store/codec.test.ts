import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toEntry } from "../../../../test/support/layers.ts";
import { decodeEntry, encodeEntry, positionOf } from "./codec.ts";

const entry = toEntry('{"a":"é"}', { link: "<x>", notices: { sunset: "soon" }, upstreamEtags: { "": '"1"' } });
const text = encodeEntry("key", entry);

describe("an entry as text", () => {
  test("any body of UTF-8 and any fields come back as they were", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        fc.dictionary(fc.string(), fc.string()),
        (key, body, upstreamEtags) => {
          const etags = Object.fromEntries(Object.entries(upstreamEtags));
          const whole = toEntry(body, { upstreamEtags: etags, contentType: body });
          expect(decodeEntry(key, encodeEntry(key, whole))).toStrictEqual(whole);
        },
      ),
      { seed: 1, numRuns: 150 },
    );
  });

  test("says which purges its process knew of, whatever else is in it", () => {
    const tricky = toEntry('{"position":7}\n', { contentType: '","position":8}' });
    for (const position of [1, 1_795_893_362_889_999])
      expect(positionOf(encodeEntry("key", tricky, position))).toBe(position);
    expect(positionOf(encodeEntry("key", tricky))).toBe(0);
    expect(decodeEntry("key", encodeEntry("key", tricky, 5))).toStrictEqual(tricky);
  });

  test("cut anywhere it is no entry", () => {
    for (let end = 0; end < text.length; end += 1) expect(decodeEntry("key", text.slice(0, end))).toBeUndefined();
  });

  test("with anything behind it, it is no entry", () => {
    expect(decodeEntry("key", `${text} `)).toBeUndefined();
  });

  test("under another key it is no entry", () => {
    expect(decodeEntry("kex", text)).toBeUndefined();
  });

  test.each([
    ["another version", text.replace(/^edge-gists\/\d+ /, "edge-gists/999 ")],
    ["no version", text.replace(/^edge-gists\/\d+ /, "")],
    ["a status that is none", text.replace('"status":200', '"status":42')],
    ["a time that is a text", text.replace(/"freshUntil":\d+/, '"freshUntil":"soon"')],
    ["no validator of its own", text.replace(/"etag":"[^,]*",/, "")],
    ["a length that is less than none", text.replace(/"bytes":\d+/, '"bytes":-1')],
    ["a list for its fields", text.replace(/\{.*\n/, "[]\n")],
    ["another field among its notices", text.replace('"sunset"', '"set-cookie"')],
    ["a status that is no integer", text.replace('"status":200', '"status":200.5')],
    ["a link that is a number", text.replace('"link":"<x>"', '"link":1')],
    ["a validator of GitHub's that is none", text.replace('{"":"\\"1\\""}', '{"":null}')],
    ["a list of GitHub's validators", text.replace('{"":"\\"1\\""}', "[]")],
    ["null for its fields", text.replace(/\{.*\n/, "null\n")],
    ["null", null],
    ["a number", 1],
    ["an object", { key: "key" }],
    ["bytes", new TextEncoder().encode(text)],
  ])("%s: no entry", (_, garbage) => {
    expect(garbage).not.toBe(text);
    expect(decodeEntry("key", garbage)).toBeUndefined();
  });
});
