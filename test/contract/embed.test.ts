import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { expectErrorBody } from "./support/errors.ts";
import { cacheStatus } from "./support/headers.ts";
import { useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { askGitHub, withoutCalls } from "./support/stand-in.ts";

interface Oembed {
  html: string;
  width: number;
  height: number;
  title: string;
  cache_age: number;
}

const oembed = (url: string, more = "") => shared.get(`/oembed?url=${encodeURIComponent(url)}${more}`);
const srcOf = ({ html }: Oembed) => /^<iframe src="([^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");

async function secondRevision(): Promise<string> {
  const response = await askGitHub(shared.github, `/gists/${notable.revised}/commits`);
  return ((await response.json()) as { version: string }[])[1]?.version ?? "";
}

describe("/embed/{gist_id}", () => {
  const path = `/embed/${notable.forked}`;

  test("may be framed by any page, and may do nothing else", async () => {
    const { headers } = await shared.get(path);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = headers.get("content-security-policy")?.split("; ");
    expect(policy?.map((directive) => directive.replace(/'sha256-[\w+/]{43}='/, "HASH"))).toEqual([
      "default-src 'none'",
      "style-src HASH",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors *",
      "sandbox allow-popups allow-popups-to-escape-sandbox",
    ]);
    expect(headers.has("x-frame-options")).toBe(false);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.has("set-cookie")).toBe(false);
  });

  test("leaves every other response as unframeable as before", async () => {
    for (const other of [`/gists/${notable.forked}`, `/embed/${"0".repeat(31)}1`, "/oembed?url=x"]) {
      const { headers } = await shared.get(other);
      expect(headers.get("x-frame-options"), other).toBe("deny");
      expect(headers.get("content-security-policy"), other).toContain("frame-ancestors 'none'");
    }
  });

  test("is made of the gist's entry, with its validators", async () => {
    await shared.get(`/gists/${notable.forked}`);
    const response = await withoutCalls(shared, () => shared.get(path));
    expect(cacheStatus(response)).toMatchObject({ hit: true });
    const { headers } = response;
    expect(headers.get("last-modified")).not.toBeNull();
    const again = await shared.get(path, { headers: { "if-none-match": headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
    expect(again.headers.get("content-security-policy")).toBe(headers.get("content-security-policy"));
    expect(again.headers.has("x-frame-options")).toBe(false);
  });

  test("has the files as text, or the one that is asked for", async () => {
    const all = await (await shared.get(`/embed/${notable.manyFiles}`)).text();
    expect(all.match(/<pre /g)).toHaveLength(10);
    expect(all).toContain("30 more files");
    const one = await (await shared.get(`/embed/${notable.manyFiles}?file=file-040.rb`)).text();
    expect(one.match(/<h2>/g)).toHaveLength(1);
    const none = await shared.get(`/embed/${notable.manyFiles}?file=file-041.rb`);
    expect(none.status).toBe(404);
    expectErrorBody(await none.text(), 404);
  });

  test("cuts what is long, and says where the rest is", async () => {
    const text = await (await shared.get(`/embed/${notable.large}`)).text();
    expect(text.length).toBeLessThan(60_000);
    expect(text).toMatch(
      /Shown in part: <a href="https:\/\/gist\.githubusercontent\.com\/[^"]*" target="_blank" rel="noopener /,
    );
    const binary = await (await shared.get(`/embed/${notable.binary}`)).text();
    expect(binary).toContain("No text: ");
  });

  test("shows a gist as it was at a revision", async () => {
    const [then, now] = await Promise.all(
      [`/embed/${notable.revised}/${await secondRevision()}`, `/embed/${notable.revised}`].map(async (one) =>
        (await shared.get(one)).text(),
      ),
    );
    expect(then).not.toBe(now);
    expect(then).toContain("diary.md");
  });
});

describe("/oembed", () => {
  test("is a sandboxed frame with the view, for each address of a gist", async () => {
    const view = `${shared.url}/embed/${notable.forked}`;
    const sha = await secondRevision();
    const expected: [string, string][] = [
      [`https://gist.github.com/octocat/${notable.forked}`, view],
      [`https://gist.github.com/${notable.forked}`, view],
      [`http://gist.github.com/octocat/${notable.forked.toUpperCase()}#file-hello_world-rb`, view],
      [`https://gist.github.com/octocat/${notable.revised}/${sha}`, `${shared.url}/embed/${notable.revised}/${sha}`],
      [`${shared.url}/?gist=${notable.forked}`, view],
      [`${shared.url}/?gist=${notable.forked}&file=hello_world.rb`, `${view}?file=hello_world.rb`],
      [`${view}?file=hello_world.rb`, `${view}?file=hello_world.rb`],
    ];
    for (const [url, src] of expected) {
      const response = await oembed(url);
      expect(response.status, url).toBe(200);
      const found = (await response.json()) as Oembed;
      expect(srcOf(found), url).toBe(src);
      expect(found.html).toContain(`sandbox="allow-popups allow-popups-to-escape-sandbox"`);
      expect((await fetch(src)).status, src).toBe(200);
    }
  });

  test("says what oEmbed asks for, and keeps to the largest size", async () => {
    const url = `https://gist.github.com/${notable.manyFiles}`;
    const found = (await (await oembed(url)).json()) as Oembed;
    expect(found).toMatchObject({
      version: "1.0",
      type: "rich",
      width: 700,
      height: 500,
      title: "Forty files",
      author_name: "octocat",
      provider_url: `${shared.url}/`,
      cache_age: 60,
    });
    const small = (await (await oembed(url, "&maxwidth=300&maxheight=200")).json()) as Oembed;
    expect([small.width, small.height]).toEqual([300, 200]);
    expect(small.html).toContain('width="300" height="200"');
  });

  test("is XML if that is asked for", async () => {
    const response = await oembed(`https://gist.github.com/${notable.hostile}`, "&format=xml");
    expect(response.headers.get("content-type")).toBe("text/xml; charset=utf-8");
    const text = await response.text();
    expect(text).toContain("<title>&lt;script&gt;alert(document.domain)&lt;/script&gt;</title>");
    expect([...text.matchAll(/<(\w+)>/g)].map(([, name]) => name)).not.toContain("script");
  });

  test.each([
    "https://example.com/",
    "https://gist.github.com/",
    "https://gist.github.com/octocat",
    "https://gist.github.com.example.com/octocat/6cad326836d38bd3a7ae",
    "https://example.com/?https://gist.github.com/octocat/6cad326836d38bd3a7ae",
    "https://gist.github.com/octocat/6cad326836d38bd3a7ae/raw/x",
  ])("is 404 for an address that it does not embed, without a call: %s", async (url) => {
    const response = await withoutCalls(shared, () => oembed(url));
    expect(response.status).toBe(404);
    expectErrorBody(await response.text(), 404);
  });

  test("is 404 for a gist that does not exist, or has no such file", async () => {
    expect((await oembed("https://gist.github.com/00000000000000000001")).status).toBe(404);
    expect((await oembed(`${shared.url}/?gist=${notable.forked}&file=none`)).status).toBe(404);
  });

  test.each(["nowhere", "javascript:alert(1)", "", "ftp://gist.github.com/6cad326836d38bd3a7ae"])(
    "is 422 for what is no address of the web: %s",
    async (url) => {
      expect((await withoutCalls(shared, () => oembed(url))).status).toBe(422);
    },
  );

  test("is found from the view", async () => {
    const text = await (await shared.get(`/embed/${notable.forked}`)).text();
    const [, href = ""] = /<link rel="alternate" type="application\/json\+oembed" href="([^"]*)">/.exec(text) ?? [];
    const found = (await (await fetch(href.replaceAll("&amp;", "&"))).json()) as Oembed;
    expect(srcOf(found)).toBe(`${shared.url}/embed/${notable.forked}`);
  });
});

describe("for a host that links may not name", () => {
  const service = useService({ PUBLIC_HOSTS: "gists.example" });

  test("there is no oEmbed, and the view does not lead to one", async () => {
    expect((await service.get(`/oembed?url=https://gist.github.com/${notable.forked}`)).status).toBe(404);
    const view = await service.get(`/embed/${notable.forked}`);
    expect(view.status).toBe(200);
    expect(await view.text()).not.toContain("oembed");
  });
});

describe("with the address that is set", () => {
  const service = useService({ PUBLIC_URL: "https://gists.example/cache" });

  test("frames lead there, whatever prefix was used", async () => {
    for (const prefix of ["", "/api/v3"]) {
      const url = "https://gists.example/cache/?gist=6cad326836d38bd3a7ae";
      const response = await service.get(`${prefix}/oembed?url=${encodeURIComponent(url)}`);
      expect(srcOf((await response.json()) as Oembed)).toBe(`https://gists.example/cache/embed/${notable.forked}`);
    }
  });
});
