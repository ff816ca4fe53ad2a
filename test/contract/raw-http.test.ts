import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { expectError } from "./support/errors.ts";
import { items } from "./support/headers.ts";
import { identity, rawGist } from "./support/raw-files.ts";
import { useService } from "./support/service.ts";
import { askGitHub, standIn, withoutCalls } from "./support/stand-in.ts";

/* Files over HTTP: parts, validators, types, names. */

const service = useService();
const path = `/gists/${rawGist}/raw/two-megabytes.csv`;
const whole = async () => Buffer.from(await (await service.get(path, { headers: identity })).arrayBuffer());
const part = (range: string, headers: Record<string, string> = {}) =>
  service.get(path, { headers: { range, ...headers } });

describe("Range", () => {
  test.each([
    ["bytes=0-99", 0, 100],
    ["bytes=100-", 100, 2_000_000],
    ["bytes=-7", 1_999_993, 2_000_000],
    ["bytes=-9000000", 0, 2_000_000],
    ["bytes=1999999-9999999", 1_999_999, 2_000_000],
    ["BYTES = 5-5", 5, 6],
  ])("%s gets that part", async (range, start, end) => {
    const response = await part(range);
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/2000000`);
    expect(response.headers.get("content-length")).toBe(String(end - start));
    expect(response.headers.get("content-encoding"), "a part of the bytes as they are").toBeNull();
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.equals((await whole()).subarray(start, end))).toBe(true);
  });

  test.each(["bytes=0-1,5-9", "bytes=9-1", "lines=1-2", "bytes=a-b", "bytes=-", "bytes"])(
    "%s is ignored: the whole file",
    async (range) => {
      const response = await part(range, identity);
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBe(2_000_000);
    },
  );

  test.each(["bytes=2000000-", "bytes=9999999-10000000", "bytes=-0"])("%s is 416 with the size", async (range) => {
    const response = await part(range);
    expect(response.headers.get("content-range")).toBe("bytes */2000000");
    await expectError(response, 416);
  });

  test("resumes a download: both parts make the file", async () => {
    const first = await part("bytes=0-999999");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{40}"$/);
    const second = await part("bytes=1000000-", { "if-range": etag });
    expect(second.status).toBe(206);
    const bytes = Buffer.concat([Buffer.from(await first.arrayBuffer()), Buffer.from(await second.arrayBuffer())]);
    expect(bytes.equals(await whole())).toBe(true);
  });

  test.each(['"other"', "W/", "date"])("with If-Range %s gets the whole file", async (given) => {
    const { headers } = await service.get(path, { headers: identity });
    const value = { "W/": `W/${headers.get("etag")}`, date: headers.get("last-modified") ?? "" }[given] ?? given;
    const response = await part("bytes=0-9", { "if-range": value, ...identity });
    expect(response.status).toBe(200);
  });

  test("of HEAD is ignored, and 304 goes first", async () => {
    const head = await service.get(path, { method: "HEAD", headers: { range: "bytes=0-9", ...identity } });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "2000000"]);
    const etag = head.headers.get("etag") ?? "";
    expect((await part("bytes=0-9", { "if-none-match": etag })).status).toBe(304);
  });

  test("of a file that is not cached gets its part, and caches the file", async () => {
    const cold = `/gists/${rawGist}/raw/noise.bin`;
    const response = await service.get(cold, { headers: { range: "bytes=1400000-1400009" } });
    expect(response.status).toBe(206);
    expect((await response.arrayBuffer()).byteLength).toBe(10);
    await expect
      .poll(async () => (await service.get(cold, { method: "HEAD" })).headers.get("cache-status"))
      .toMatch(/hit/);
    await withoutCalls(service, async () => (await service.get(cold)).arrayBuffer());
  });
});

describe("validators", () => {
  test("are the same for a file's bytes in all revisions, and change with them", async () => {
    const id = "feedfacefeedfacefeedface00000002";
    const tagOf = async (name: string) => (await service.get(`/gists/${id}/raw/${name}`)).headers.get("etag");
    await standIn(service).add("octocat", id, { files: { "a.txt": "one\n", "b.txt": "two\n", "c.txt": "one\n" } });
    expect(await tagOf("a.txt")).toBe(await tagOf("c.txt"));
    expect(await tagOf("a.txt")).not.toBe(await tagOf("b.txt"));
  });

  test("of what GitHub dates save the body too", async () => {
    const { headers } = await service.get(path);
    const modified = headers.get("last-modified") ?? "";
    expect((await service.get(path, { headers: { "if-modified-since": modified } })).status).toBe(304);
  });
});

describe("Cache-Control", () => {
  test("is the gist's for the latest revision, and a year for one that is named in full", async () => {
    const commits = (await (await askGitHub(service.github, `/gists/${notable.revised}/commits`)).json()) as {
      version: string;
    }[];
    const sha = commits[5]?.version ?? "";
    const of = async (target: string) => (await service.get(target)).headers.get("cache-control");
    expect(await of(`/gists/${notable.revised}/raw/diary.md`)).toBe("public, max-age=60");
    expect(await of(`/gists/${notable.revised}/${sha}/raw/diary.md`)).toBe("public, max-age=31536000, immutable");
    expect(await of(`/gists/${notable.revised}/${sha}/raw`)).toBe("public, max-age=31536000, immutable");
    const [now, then] = await Promise.all(
      ["", `/${sha}`].map(async (at) => (await service.get(`/gists/${notable.revised}${at}/raw`)).text()),
    );
    expect(now).not.toBe(then);
  });
});

describe("types", () => {
  const id = "feedfacefeedfacefeedface00000003";
  const text = '<script>alert(1)</script><svg onload="alert(1)">';
  const types: Record<string, string> = {
    "a.html": "text/plain; charset=utf-8",
    "a.HTM": "text/plain; charset=utf-8",
    "a.xhtml": "text/plain; charset=utf-8",
    "a.svg": "text/plain; charset=utf-8",
    "a.xml": "text/plain; charset=utf-8",
    "a.xsl": "text/plain; charset=utf-8",
    "a.rss": "text/plain; charset=utf-8",
    "a.mht": "text/plain; charset=utf-8",
    "a.js": "text/javascript; charset=utf-8",
    "a.mjs": "text/javascript; charset=utf-8",
    "a.css": "text/css; charset=utf-8",
    "a.json": "application/json; charset=utf-8",
    "a.csv": "text/csv; charset=utf-8",
    "a.md": "text/markdown; charset=utf-8",
    "a.pdf": "application/octet-stream",
    "a.png": "image/png",
    "a.constructor": "text/plain; charset=utf-8",
    noextension: "text/plain; charset=utf-8",
  };

  test.each(Object.entries(types))("%s is %s, in a sandbox", async (name, type) => {
    await standIn(service).add("octocat", id, {
      files: Object.fromEntries(Object.keys(types).map((one) => [one, text])),
    });
    const { headers } = await service.get(`/gists/${id}/raw/${name}`);
    expect(headers.get("content-type")).toBe(type);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; sandbox; frame-ancestors 'none'");
    expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("accept-ranges")).toBe("bytes");
    expect(headers.get("content-disposition")).toBeNull();
  });

  test("do not depend on Accept", async () => {
    for (const accept of ["text/html", "image/*", "application/xml", "application/vnd.github.raw+json"]) {
      const { status, headers } = await service.get(path, { method: "HEAD", headers: { accept } });
      expect([status, headers.get("content-type")], accept).toEqual([200, "text/csv; charset=utf-8"]);
      expect(items({ headers }, "vary")).not.toContain("accept");
    }
  });
});

test("download=1 names the file to save", async () => {
  const id = "feedfacefeedfacefeedface00000004";
  await standIn(service).add("octocat", id, { files: { 'Grüße "😀".txt': "x" } });
  const target = `/gists/${id}/raw/${encodeURIComponent('Grüße "😀".txt')}`;
  const { headers } = await service.get(`${target}?download=1`);
  expect(headers.get("content-disposition")).toBe(
    `attachment; filename="Gr__e ____.txt"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22%F0%9F%98%80%22.txt`,
  );
  expect((await service.get(`${target}?download=0`)).headers.get("content-disposition")).toBeNull();
});
