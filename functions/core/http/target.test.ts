import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EdgeError, type Failure } from "../errors.ts";
import { checkTarget, maxTargetLength, pathOf } from "./target.ts";

function verdict(target: string): Failure | "fine" {
  try {
    checkTarget(target);
    return "fine";
  } catch (error) {
    if (error instanceof EdgeError) return error.failure;
    throw error;
  }
}

const dot = fc.constantFrom(".", "%2e", "%2E");
const slash = fc.constantFrom("/", "%2f", "%2F", "\\", "%5c", "%5C");
const word = fc.stringMatching(/^[A-Za-z0-9_~-]{1,8}$/);
const anyQuery = fc.oneof(
  fc.constant(""),
  fc.string({ unit: "binary", maxLength: 30 }).map((text) => `?${text.replaceAll("#", "")}`),
);

describe("a request target", () => {
  test("is accepted or refused, and causes no other error", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.webUrl(), fc.webPath()), (target) => {
        expect(["fine", "bad-request", "uri-too-long"]).toContain(verdict(target));
      }),
    );
  });

  test("passes if its path consists of words, whatever the query", () => {
    fc.assert(
      fc.property(fc.array(word), anyQuery, (words, query) => {
        expect(verdict(`/${words.join("/")}${query}`)).toBe("fine");
      }),
    );
  });

  test("with a dot segment in any spelling is refused", () => {
    const dots = fc.tuple(dot, fc.option(dot, { nil: "" })).map((pair) => pair.join(""));
    fc.assert(
      fc.property(
        fc.array(word),
        slash,
        dots,
        fc.option(slash, { nil: "" }),
        anyQuery,
        (words, cut, segment, end, query) => {
          const tail = end === "" ? "" : `${end}x`;
          expect(verdict(`/${words.join("/")}${cut}${segment}${tail}${query}`)).toBe("bad-request");
        },
      ),
    );
  });

  test("with dots inside a name passes", () => {
    for (const path of ["/favicon.ico", "/openapi.json", "/a..b", "/...", "/.hidden", "/a.", "/%2e%2e%2e"])
      expect(verdict(path), path).toBe("fine");
  });

  test("with a control character, plain or encoded, is refused", () => {
    const control = fc.oneof(fc.integer({ min: 0, max: 0x1f }), fc.constant(0x7f));
    fc.assert(
      fc.property(word, control, fc.boolean(), anyQuery, (name, code, encoded, query) => {
        const text = encoded ? `%${code.toString(16).padStart(2, "0")}` : String.fromCharCode(code);
        expect(verdict(`/${name}${text}${query}`)).toBe("bad-request");
      }),
    );
  });

  test("with a fragment is refused, at any position", () => {
    for (const target of ["/octocat#x", "/octocat?page=1#x", "/#", "http://gists.example/octocat#x"])
      expect(verdict(target), target).toBe("bad-request");
    expect(verdict("/octocat%23x?a=%23")).toBe("fine");
  });

  test("with invalid percent-encoding is refused for its path, not for its query", () => {
    const bad = fc.constantFrom(
      "%",
      "%2",
      "%zz",
      "%ff",
      "%c3",
      "%c3%28",
      "%ed%a0%80",
      "%f8%a1%a1%a1%a1",
      "%c0%ae%c0%ae",
    );
    fc.assert(
      fc.property(word, bad, (name, text) => {
        expect(verdict(`/${name}${text}`)).toBe("bad-request");
        expect(verdict(`/${name}?a=${text}`)).toBe("fine");
      }),
    );
  });

  test("is refused from one character above the limit", () => {
    const atBound = `/${"a".repeat(maxTargetLength - 1)}`;
    expect([verdict(atBound), verdict(`${atBound}a`), verdict(`/a?${atBound}`)]).toEqual([
      "fine",
      "uri-too-long",
      "uri-too-long",
    ]);
  });
});

describe("the path of a target", () => {
  test("is that of the URL, in origin form and in absolute form", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
        const { href, pathname, search } = new URL(text);
        expect(pathOf(href)).toBe(pathname);
        expect(pathOf(`${pathname}${search}`)).toBe(pathname);
      }),
    );
  });

  test("excludes the query, and handles unusual beginnings", () => {
    expect(pathOf("//host/a?b=/../c")).toBe("//host/a");
    expect(pathOf("/a#b?c")).toBe("/a");
    expect(pathOf("*")).toBe("*");
    expect(pathOf("")).toBe("");
  });
});
