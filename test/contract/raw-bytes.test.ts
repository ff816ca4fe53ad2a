import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { expectError } from "./support/errors.ts";
import { cacheStatus, items } from "./support/headers.ts";
import { bytesAtGitHub, compresses, digest, identity, rawCalls, rawGist } from "./support/raw-files.ts";
import { useService } from "./support/service.ts";
import { standIn, withoutCalls } from "./support/stand-in.ts";

/* The bytes of files: exactly GitHub's, of any size and kind. */

const service = useService({ UPSTREAM_RETRIES: "0" });
const large = ["two-megabytes.csv", "five-megabytes.txt", "noise.bin"];

describe.each(large)("%s, larger than GitHub's API gives", (name) => {
  const path = `/gists/${rawGist}/raw/${name}`;

  test("is byte for byte what the raw host has, cold and cached, whole and compressed", async () => {
    const wanted = digest(await bytesAtGitHub(service.github, rawGist, name));
    for (const headers of [identity, identity, { "accept-encoding": "gzip" }, { "accept-encoding": "br" }]) {
      const response = await service.get(path, { headers });
      expect(response.status).toBe(200);
      expect(digest(await response.arrayBuffer()), JSON.stringify(headers)).toBe(wanted);
    }
  });

  test("costs no call while it is cached, and no token ever goes to the raw host", async () => {
    await (await service.get(path)).arrayBuffer();
    const again = await withoutCalls(service, () => service.get(path, { headers: identity }));
    expect(cacheStatus(again).hit).toBe(true);
    expect(Number(again.headers.get("content-length"))).toBe((await again.arrayBuffer()).byteLength);
    for (const { headers } of await rawCalls(service)) {
      expect(headers).not.toHaveProperty("authorization");
      expect(JSON.stringify(headers)).not.toContain("good-");
    }
  });
});

describe("a large file that nobody has asked for", () => {
  const fresh = useService({ UPSTREAM_RETRIES: "0" });
  const path = `/gists/${rawGist}/raw/noise.bin`;

  test("is one call for many clients at once, and one for ever after", async () => {
    await standIn(fresh).fault({ kind: "drip", ms: 20, bytes: 100_000, path: "/octocat/" });
    const responses = await Promise.all(Array.from({ length: 20 }, () => fresh.get(path, { headers: identity })));
    const digests = await Promise.all(responses.map(async (response) => digest(await response.arrayBuffer())));
    const wanted = digest(await bytesAtGitHub(fresh.github, rawGist, "noise.bin"));
    expect(new Set(digests)).toEqual(new Set([wanted]));
    expect(await rawCalls(fresh)).toHaveLength(1);
    const collapsed = responses.map((response) => cacheStatus(response).collapsed).filter(Boolean);
    expect(collapsed.length).toBeGreaterThan(0);
    await standIn(fresh).step(3_600_000);
    await (await fresh.get(path)).arrayBuffer();
    expect(await rawCalls(fresh)).toHaveLength(1);
  });
});

test("HEAD of a large file costs no call to the raw host, and says its size", async () => {
  const alone = `/gists/${notable.truncated}/raw/big.csv`;
  const { status, headers } = await service.get(alone, { method: "HEAD", headers: identity });
  expect([status, headers.get("content-length")]).toEqual([200, "2400000"]);
  expect((await rawCalls(service)).filter(({ path }) => path.endsWith("/big.csv"))).toEqual([]);
});

test("a file beyond the limit is refused with its size, without a call to the raw host", async () => {
  const small = `/gists/${notable.truncated}/raw/huge.json`;
  const strict = await standIn(service).calls(({ path }) => path.endsWith("/huge.json"));
  const response = await service.get(small);
  // 12.6 MB: within the limit of a container, above that of a Worker in wrangler.toml.
  if (response.status === 200) return void expect((await response.arrayBuffer()).byteLength).toBe(12_582_912);
  const { errors } = await expectError(response, 422);
  expect(errors?.[0]).toMatchObject({ resource: "File", field: "size", code: "too_large" });
  expect(await standIn(service).calls(({ path }) => path.endsWith("/huge.json"))).toEqual(strict);
});

describe("a limit of 64 KiB", () => {
  const limited = useService({ GITHUB_RAW_MAX_BYTES: "65536" });

  test("refuses a larger file without a call, and serves those that the API gives whole", async () => {
    const path = `/gists/${rawGist}/raw/two-megabytes.csv`;
    await limited.get(`/gists/${rawGist}/raw`);
    const { errors } = await withoutCalls(limited, async () => expectError(await limited.get(path), 422));
    expect(errors?.[0]).toMatchObject({ code: "too_large" });
    expect((await limited.get(`/gists/${notable.large}/raw/large.txt`)).status).toBe(200);
  });
});

describe("text as JSON may hide it", () => {
  const texts: Record<string, string> = {
    "bom.txt": "\ufeffwith a byte order mark",
    "crlf.txt": "one\r\ntwo\r\n",
    "nul.txt": "a\u0000b",
    "surrogates.txt": "🐙 👩🏽‍💻 \u{10ffff}",
    "escapes.txt": 'quote " backslash \\ slash / tab \t \\u0041 \\" \b\f\u007f\u2028\u2029',
    "replacement.txt": "a real \ufffd",
    "empty-ish.txt": "\n",
    "json.json": JSON.stringify({ files: { "x.txt": { content: "no" } }, raw_url: "no" }),
  };
  const gist = "feedfacefeedfacefeedface00000001";

  test.each(Object.entries(texts))("%s keeps its bytes", async (name, text) => {
    await standIn(service).add("octocat", gist, { files: texts });
    const response = await service.get(`/gists/${gist}/raw/${name}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(text));
    expect(await rawCalls(service).then((calls) => calls.filter(({ path }) => path.includes(gist)))).toEqual([]);
  });
});

test("a binary file that the API gives whole in base64 needs no other call", async () => {
  const response = await service.get(`/gists/${notable.binary}/raw/pixel.png`);
  expect(response.headers.get("content-type")).toBe("image/png");
  const wanted = await bytesAtGitHub(service.github, notable.binary, "pixel.png");
  expect(digest(await response.arrayBuffer())).toBe(digest(wanted));
  expect((await rawCalls(service)).filter(({ path }) => path.includes(notable.binary))).toEqual([]);
});

describe.runIf(compresses)("compressed text", () => {
  test.each(["gzip", "br"])("has a weak validator in %s, and says by what it varies", async (coding) => {
    const path = `/gists/${notable.large}/raw/large.txt`;
    const whole = await service.get(path, { headers: identity });
    const { headers } = await service.get(path, { headers: { "accept-encoding": coding } });
    expect(headers.get("content-encoding")).toBe(coding);
    expect(headers.get("etag")).toBe(`W/${whole.headers.get("etag")}`);
    expect(items({ headers }, "vary")).toContain("accept-encoding");
    expect(items(whole, "vary")).toContain("accept-encoding");
  });

  test("is not what binary files are", async () => {
    const { headers } = await service.get(`/gists/${rawGist}/raw/noise.bin`, { headers: { "accept-encoding": "br" } });
    expect(headers.get("content-encoding")).toBeNull();
    expect(headers.get("vary")).toBeNull();
  });
});

describe("70 cold gists of one page at once", () => {
  const page = useService();
  const ids = Array.from({ length: 70 }, (_, n) => `70${String(n).padStart(30, "0")}`);
  beforeEach(() => Promise.all(ids.map((id) => standIn(page).add("octocat", id, { files: { "a.md": `# ${id}\n` } }))));
  afterEach(() => standIn(page).reset());

  test("are all 200, with 70 calls", async () => {
    const responses = await Promise.all(ids.map((id) => page.get(`/gists/${id}/raw/a.md`)));
    expect(responses.map(({ status }) => status)).toEqual(ids.map(() => 200));
    expect(await Promise.all(responses.map((response) => response.text()))).toEqual(ids.map((id) => `# ${id}\n`));
    expect(await standIn(page).calls()).toHaveLength(70);
  });
});
