import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { freshSince } from "./support/fresh.ts";
import { runtime, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** A response as it comes over the wire, which fetch would decode. */
function ask(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:") ? overHttps : overHttp;
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on("error", reject).end();
  });
}

/** A Worker leaves it to the platform, which miniflare plays: by rules of its own. */
const compresses = runtime !== "worker";
const decoders = { br: brotliDecompressSync, gzip: gunzipSync };
const accept = (value: string) => ({ "accept-encoding": value });
const fresh = () => `${shared.url}/octocat?since=${freshSince()}`;

describe("Accept-Encoding", () => {
  test.each([
    ["br", "br"],
    ["gzip", "gzip"],
    ["gzip, deflate, br, zstd", "br"],
    ["br;q=0.2, gzip;q=0.4", "gzip"],
    ["*", "br"],
    ["gzip;q=0, br;q=0", undefined],
    ["identity", undefined],
    ["gzip;q=0.5, identity", undefined],
    ["deflate", undefined],
  ] as const)("%s gets %s, from the first response on", async (value, coding) => {
    const url = fresh();
    const missed = await ask(url, accept(value));
    const hit = await ask(url, accept(value));
    const plain = await ask(url);
    for (const answer of [missed, hit]) {
      const used = answer.headers["content-encoding"] as "br" | "gzip" | undefined;
      expect(answer.status).toBe(200);
      expect(answer.headers.etag).toBe(plain.headers.etag);
      const decoded = used ? decoders[used](answer.body) : answer.body;
      expect(decoded.equals(plain.body)).toBe(true);
      if (!compresses) continue;
      expect(used).toBe(coding);
      expect(answer.headers["content-length"]).toBe(String(answer.body.length));
      if (used) expect(answer.body.length).toBeLessThan(plain.body.length / 2);
    }
    expect(hit.headers["cache-status"]).toMatch(/; hit/);
    expect(plain.headers["content-encoding"]).toBeUndefined();
  });

  test.runIf(compresses)("is named by Vary in every form of a response, 304 included", async () => {
    const url = fresh();
    const { headers } = await ask(url);
    for (const answer of [
      await ask(url),
      await ask(url, accept("br")),
      await ask(url, { ...accept("gzip"), "if-none-match": String(headers.etag) }),
    ]) {
      expect(answer.headers.vary).toMatch(/\baccept-encoding\b/i);
    }
  });

  test.each(["br", "gzip", "identity"])("%s: what a client holds in any coding is confirmed by 304", async (value) => {
    const url = fresh();
    const etag = String((await ask(url, accept("br"))).headers.etag);
    for (const tag of [etag, etag.slice(2)]) {
      const answer = await ask(url, { ...accept(value), "if-none-match": tag });
      expect(answer).toMatchObject({ status: 304, headers: { etag } });
      // miniflare names a coding even if nothing is sent.
      if (compresses) expect(answer.headers["content-encoding"]).toBeUndefined();
      expect(answer.body.length).toBe(0);
    }
    expect((await ask(url, { ...accept(value), "if-none-match": '"other"' })).status).toBe(200);
  });

  test.runIf(compresses)("HEAD says what GET says", async () => {
    const url = fresh();
    const get = await ask(url, accept("br"));
    const head = await ask(url, accept("br"), "HEAD");
    for (const name of ["content-length", "content-encoding", "content-type", "etag", "vary"])
      expect(head.headers[name], name).toBe(get.headers[name]);
    expect(head.body.length).toBe(0);
  });

  test.runIf(compresses)("leaves small bodies alone", async () => {
    const { headers, body } = await ask(`${shared.url}/octocat?page=1000`, accept("br"));
    expect(body.length).toBeLessThan(1024);
    expect(headers["content-encoding"]).toBeUndefined();
  });
});

describe.runIf(compresses)("with COMPRESSION=off", () => {
  const service = useService({ COMPRESSION: "off" });

  test("all is sent as it is, and nothing varies", async () => {
    const { headers } = await ask(`${service.url}/octocat`, accept("br, gzip"));
    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers.vary).not.toMatch(/accept-encoding/i);
  });
});
