import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { growth } from "../../../test/support/growth.ts";
import { rewriteLink } from "./link.ts";

const self = "https://gists.example/octocat";
const api = "https://ghe.internal.example/api/v3";

/** The links that a reader of RFC 8288 takes from the header; the header may contain nothing else. */
function read(header: string): { target: string; rel: string }[] {
  return header.split(", ").map((item) => {
    const [, target, rel] = /^<([^<>"\s]*)>; rel="([a-z]+)"$/.exec(item) ?? [];
    if (target === undefined || rel === undefined) throw new Error(`not a link: ${item}`);
    return { target, rel };
  });
}

const base = fc.constantFrom(
  "https://api.github.com/user/583231/gists",
  "https://api.github.com/users/octocat/gists",
  "https://api.github.com/gists/public",
  "https://api.github.com/gists/aa5a315d61ae9438b18d/comments",
  "https://ghe.internal.example/api/v3/user/7/gists",
);
const rel = fc.constantFrom("prev", "next", "last", "first");
const value = fc.oneof(fc.nat().map(String), fc.string({ unit: "grapheme", maxLength: 12 }));
const parameters = fc
  .array(fc.tuple(fc.constantFrom("page", "per_page", "since", "cursor"), value), { minLength: 1, maxLength: 3 })
  .map((pairs) => new URLSearchParams(pairs).toString());
const upstream = fc.array(fc.record({ base, rel, search: parameters }), { minLength: 1, maxLength: 4 });
const format = (links: { base: string; rel: string; search: string }[]) =>
  links.map((link) => `<${link.base}?${link.search}>; rel="${link.rel}"`).join(", ");

describe("Link", () => {
  test("moves GitHub's numeric-id form to the address that the client used", () => {
    const header =
      '<https://api.github.com/user/583231/gists?page=2>; rel="next", ' +
      '<https://api.github.com/user/583231/gists?page=5>; rel="last"';
    expect(rewriteLink(header, self, api)).toBe(`<${self}?page=2>; rel="next", <${self}?page=5>; rel="last"`);
  });

  test("keeps every relation and query, in order, whatever path GitHub names", () => {
    fc.assert(
      fc.property(upstream, (links) => {
        const rewritten = rewriteLink(format(links), self, api) ?? "";
        expect(read(rewritten).map((link) => link.rel)).toEqual(links.map((link) => link.rel));
        const queries = (targets: string[]) => targets.map((target) => [...new URL(target).searchParams]);
        expect(queries(read(rewritten).map((link) => link.target))).toEqual(
          queries(links.map((link) => `${link.base}?${link.search}`)),
        );
        for (const { target } of read(rewritten)) expect(target.startsWith(`${self}?`)).toBe(true);
      }),
    );
  });

  test("is relative if no origin is known", () => {
    expect(rewriteLink('<https://api.github.com/user/2/gists?page=2>; rel="next"', "/octocat", api)).toBe(
      '</octocat?page=2>; rel="next"',
    );
  });

  test("is absent if GitHub sends none, or none that is usable", () => {
    for (const header of [undefined, "", "nonsense", '<not a url>; rel="next"', "<https://api.github.com/x>; rel=next"])
      expect(rewriteLink(header, self, api)).toBeUndefined();
  });
});

describe("a link to another place", () => {
  const page = '<https://api.github.com/user/2/gists?page=2>; rel="next"';
  const moved = `<${self}?page=2>; rel="next"`;
  const docs = "https://docs.github.com/rest/about-the-rest-api/breaking-changes?v=1#a";

  test.each([
    `<${docs}>; rel="deprecation"; type="text/html"`,
    `<${docs}>;rel=sunset;title*=UTF-8''caf%c3%a9`,
    `<${docs}>; rel="deprecation"; title="a, \\"quoted\\"; rel=next"; hreflang=en`,
    `<http://docs.github.com/x>; REL = "help"`,
    `<${docs}>; rel="help https://relations.example/x"`,
  ])("keeps its parameters: %s", (link) => {
    expect(rewriteLink(link, self, api)).toBe(link);
    expect(rewriteLink(`${link}, ${page}`, self, api)).toBe(`${link}, ${moved}`);
    expect(rewriteLink(`${page}, ${link}`, self, api)).toBe(`${moved}, ${link}`);
  });

  test.each([
    '<https://api.github.com/gists/1>; rel="self"',
    `<${api}/gists/1>; rel="self"`,
    '<javascript:alert(1)>; rel="deprecation"',
    '<data:text/html,x>; rel="help"',
    '<//evil.example>; rel="help"',
    '</relative>; rel="help"',
    '<https://user:pass@evil.example/>; rel="help"',
    `<${docs}>`,
    `<${docs}>; rel`,
    `<${docs}>; rel=""`,
    `<${docs}>; rel="deprecation next"`,
    `<${docs}>; rel="deprecation"; rel="next"`,
    `<${docs}>; rel="Next"`,
    `<${docs}>; rel="help"; title="\u00e9\u0001"`,
    `<${docs}>; rel="help"; title="\t"`,
  ])("is dropped if it would do harm: %s", (link) => {
    expect(rewriteLink(link, self, api)).toBeUndefined();
    expect(rewriteLink(`${link}, ${page}`, self, api)).toBe(moved);
  });

  test("hides no other link in its quotes", () => {
    const title = '>, <https://evil.example/?page=9>; rel=\\"next\\"';
    expect(rewriteLink(`<${docs}>; title="${title}"; rel="help", ${page}`, self, api)).toBe(moved);
  });
});

describe("a hostile Link", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "<",
      ">",
      '"',
      ";",
      ",",
      " ",
      "\r\n",
      "\t",
      "?",
      "#",
      "&",
      "%0d%0a",
      "rel=",
      'rel="next"',
      "rel",
      '; rel="help"',
      "\\",
    ),
    fc.constantFrom("javascript:alert(1)", "data:text/html,<script>", "https://evil.example/?page=2", "//evil.example"),
    fc.constantFrom('<javascript:alert(1)?page=2>; rel="next"', '<https://evil.example/a?b=">c>; rel="next"'),
    fc.constantFrom('<https://api.github.com/x?a=\r\nset-cookie: b>; rel="next"', '<https://x?a="\'\\>; rel="last"'),
    fc.string({ unit: "binary", maxLength: 8 }),
  );

  /** The links that a reader of RFC 8288 takes from any header, whatever parameters they have. */
  function readAll(header: string): { target: string; rel: string }[] {
    const whole = /^(?:(?:^|, )<[^<>"\s]*>(?: *; *[^\s=;"<>,]+(?: *= *(?:"(?:[^"\\]|\\.)*"|[^\s"<>,;\\]*))?)*)*$/;
    expect(header, "the header holds links only").toMatch(whole);
    return [...header.matchAll(/(?:^|, )<([^<>"\s]*)>([^<]*)/g)].map(([, target = "", rest = ""]) => ({
      target,
      rel: /; *rel *= *"?([^";,]*)/i.exec(rest)?.[1] ?? "",
    }));
  }
  const pages = /\b(?:first|last|next|prev)\b/i;

  test("gives pages on this service only, or none", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const rewritten = rewriteLink(pieces.join(""), self, api);
        if (rewritten === undefined) return;
        // Throws if a field value could not carry it (CRLF, for example).
        expect(new Headers({ link: rewritten }).get("link")).toBe(rewritten);
        for (const { target, rel } of readAll(rewritten)) {
          const url = new URL(target);
          if (!pages.test(rel)) {
            expect(url.protocol).toMatch(/^https?:$/);
            continue;
          }
          expect(`${url.origin}${url.pathname}`).toBe(self);
          expect(url.hash).toBe("");
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("of another origin or scheme keeps nothing but its query", () => {
    const header =
      '<javascript:alert(1)?page=2>; rel="next", <https://evil.example/x?page=9>; rel="last", ' +
      '<https://api.github.com.evil.example/u?page=1#<b>>; rel="first"';
    for (const { target } of read(rewriteLink(header, self, api) ?? ""))
      expect(target).toMatch(/^https:\/\/gists\.example\/octocat\?page=\d$/);
  });

  test.each([
    "<",
    "<>",
    '<>;rel="',
    '<a>;b="\\\\',
    '<a>;b="\\"',
    "<a>;b ",
    "<a>;b= ;",
    "> ;",
    "<https://a?b>",
    '<a>;      rel="',
    " ",
  ])("of ever more %s takes linear time", (unit) => {
    expect(growth((count) => rewriteLink(unit.repeat(count), self, api))).toBeLessThan(100);
  });

  test("with another relation than a plain word leads to no page", () => {
    for (const name of ["next evil", "NEXT", "", "next\u00e9", "next\r\nset-cookie: a"])
      expect(rewriteLink(`<https://api.github.com/x?page=2>; rel="${name}"`, self, api), name).toBeUndefined();
    const header = '<https://api.github.com/x?page=2>; rel="next" onload="x"';
    expect(rewriteLink(header, self, api)).toBe(`<${self}?page=2>; rel="next"`);
  });
});
