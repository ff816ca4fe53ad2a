import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import { toFeed } from "./atom.ts";

const schema = readFileSync(new URL("../../../test/support/atom.rng", import.meta.url), "utf8");
const options = {
  self: "https://gists.example/users/octocat/gists.atom",
  id: "https://api.github.com/users/octocat/gists",
  login: "OctoCat",
  version: "1.2.3",
};

function toXml(gists: unknown, given: Partial<typeof options> = {}): string {
  const body = new TextEncoder().encode(JSON.stringify(gists));
  return new TextDecoder().decode(toFeed(body, { ...options, ...given }).body);
}

/** What libxml2 finds wrong: with the syntax of XML, and with RFC 4287. */
async function wrongWith(...documents: string[]): Promise<string[]> {
  const xml = documents.map((contents, n) => ({ fileName: `${n}.xml`, contents }));
  const { errors } = await validateXML({ xml, schema: [schema], extension: "relaxng" });
  return errors.map(({ rawMessage }) => rawMessage);
}

const id = "6cad326836d38bd3a7ae";
const toGist = (more: object = {}) => ({
  id,
  url: `https://api.github.com/gists/${id}`,
  html_url: `https://gist.github.com/octocat/${id}`,
  description: "Hello world!",
  created_at: "2010-04-14T02:15:15Z",
  updated_at: "2011-06-20T11:34:15Z",
  owner: { login: "octocat", html_url: "https://github.com/octocat" },
  files: { "a.rb": { filename: "a.rb", language: "Ruby", size: 82 } },
  ...more,
});

describe("a feed", () => {
  test("is valid by RFC 4287, and an invalid one is found", async () => {
    const feed = toXml([toGist(), toGist({ description: null, owner: undefined, files: {} })]);
    expect(await wrongWith(feed, toXml([]), toXml({}))).toEqual([]);
    expect(await wrongWith(feed.replace("<updated>", "<modified>").replace("</updated>", "</modified>"))).not.toEqual(
      [],
    );
    expect(await wrongWith(feed.replace("Hello", "\u0001"))).not.toEqual([]);
  });

  test("says what the list says", () => {
    const xml = toXml([toGist()]);
    expect(xml).toContain("<title>Public gists of octocat</title>\n<updated>2011-06-20T11:34:15Z</updated>");
    expect(xml).toContain(`<link rel="self" type="application/atom+xml" href="${options.self}"/>`);
    expect(xml).toContain(`<link rel="alternate" type="text/html" href="https://gist.github.com/octocat/${id}"/>`);
    expect(xml).toContain("<published>2010-04-14T02:15:15Z</published>\n<updated>2011-06-20T11:34:15Z</updated>");
    expect(xml).toContain("&lt;ul&gt;&lt;li&gt;a.rb (Ruby, 82 bytes)&lt;/li&gt;&lt;/ul&gt;");
  });

  test("of everyone names the author of each gist", () => {
    const xml = toXml([toGist()], { login: undefined as never });
    expect(xml).toContain("<title>Public gists</title>");
    expect(xml.match(/<author>/g)).toHaveLength(1);
  });

  test.each([
    ["its description", {}, "Hello world!"],
    ["its first file", { description: "" }, "a.rb"],
    ["its first file, for a description that cannot be seen", { description: "\u0000\u200b \u0007" }, "a.rb"],
    ["a word, if it has nothing", { description: null, files: {} }, "Gist"],
    ["one line of 200 characters", { description: `a\n b\t${"c".repeat(300)}` }, `a b ${"c".repeat(195)}…`],
  ])("has a title for each gist: %s", (_, more, title) => {
    expect(toXml([toGist(more)])).toContain(`<title type="html">${title}</title>`);
  });

  test("is as new as its newest gist", () => {
    const times = ["2011-06-20T11:34:15Z", "2024-01-02T03:04:05Z", "2019-01-01T00:00:00Z"];
    const body = new TextEncoder().encode(JSON.stringify(times.map((time) => toGist({ updated_at: time }))));
    expect(toFeed(body, options).lastModified).toBe("Tue, 02 Jan 2024 03:04:05 GMT");
    expect(toFeed(new TextEncoder().encode("[]"), options).lastModified).toBeUndefined();
  });

  test("links to http addresses only", () => {
    const xml = toXml([
      toGist({ html_url: "javascript:alert(1)", owner: { login: "x", html_url: "data:text/html,x" } }),
    ]);
    expect(xml).not.toMatch(/javascript|data:/);
  });

  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      "]]>",
      "<!--",
      "<![CDATA[",
      "&#0;",
      "&xxe;",
      "</entry></feed>",
      "<script>alert(1)</script>",
      "\ud800",
      "\udc00x",
      "\u0000\u000b\u001b[31m\u007f\u0085\ufffe\uffff\u{1fffe}",
      "\r\n\u2028\u202e",
      "\"'><img src=x onerror=alert(1)>",
    ),
  );

  test("is valid whatever authors write, and shows the text as text", async () => {
    const samples = fc.sample(
      fc.array(fc.record({ description: hostile, filename: hostile, login: hostile }), { minLength: 1, maxLength: 8 }),
      60,
    );
    const feeds = samples.map((gists) =>
      toXml(
        gists.map(({ description, filename, login }) =>
          toGist({
            description,
            owner: { login: login || "x" },
            files: { [filename]: { filename, language: filename, size: 1 } },
          }),
        ),
      ),
    );
    expect(await wrongWith(...feeds)).toEqual([]);
    for (const feed of feeds) {
      // Elements of this service only; inside of `content`, those of the list.
      const names = [...feed.matchAll(/<\/?([^\s/>?]+)/g)].map(([, name]) => name);
      expect(new Set(names)).toEqual(
        new Set([
          "feed",
          "id",
          "title",
          "updated",
          "link",
          "generator",
          "author",
          "name",
          "entry",
          "published",
          "content",
        ]),
      );
      const contents = [...feed.matchAll(/<(content|title) type="html">([^<]*)</g)]
        .map(([, , text]) => text)
        .join("\n");
      const inner = [...contents.matchAll(/&lt;\/?([^\s/&]+)/g)].map(([, name]) => name);
      expect([...new Set(inner)].filter((name) => !["p", "ul", "li"].includes(name ?? ""))).toEqual([]);
    }
  });
});
