import { createHash } from "node:crypto";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { findBlob } from "./bodies.ts";
import { compress } from "./compress.ts";
import type { Data } from "./data.ts";
import type { Env } from "./env.ts";
import type { GistFile } from "./files.ts";

/** Of every response of the host that serves files (gist.githubusercontent.com), as it has them in public recordings. */
const always = {
  "access-control-allow-origin": "*",
  "cache-control": "max-age=300",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-frame-options": "deny",
  vary: "Authorization,Accept-Encoding",
};

/**
 * Plays gist.githubusercontent.com, at the same address: `/{owner}/{gist}/raw/{blob}/{file}`. Its limits are not those of
 * the API: a fault of status 429 plays them.
 */
export function createRawHost(data: Data, troubles: MiddlewareHandler<Env>) {
  function find(c: Context<Env>): GistFile | undefined {
    const { owner = "", gist: id = "", blob = "", file = "" } = c.req.param() as Record<string, string>;
    const gist = data.gist(id);
    return gist?.owner.login.toLowerCase() === owner.toLowerCase() ? findBlob(gist, blob, file) : undefined;
  }

  return new Hono<Env>().get("/:owner/:gist{[0-9a-f]+}/raw/:blob{[0-9a-f]{40}}/:file", troubles, compress(), (c) => {
    const file = find(c);
    if (!file) return c.text("404: Not Found", 404, always);
    const { bytes, etag } = toBody(file);
    const headers = { ...always, etag, "accept-ranges": "bytes", "content-type": toType(file) };
    if (c.req.header("if-none-match")?.includes(etag)) return c.body(null, 304, headers);
    const range = /^bytes=(\d+)-(\d*)$/.exec(c.req.header("range") ?? "");
    const first = Number(range?.[1]);
    if (!range) return c.body(bytes, 200, { ...headers, "content-length": String(bytes.byteLength) });
    if (first >= bytes.byteLength) return c.body(null, 416, { "content-range": `bytes */${bytes.byteLength}` });
    const last = Math.min(range[2] ? Number(range[2]) : Infinity, bytes.byteLength - 1);
    return c.body(bytes.slice(first, last + 1), 206, {
      ...headers,
      "content-range": `bytes ${first}-${last}/${bytes.byteLength}`,
    });
  });
}

const bodies = new WeakMap<GistFile, { bytes: Uint8Array<ArrayBuffer>; etag: string }>();

/** The bytes of a file, made once: the real host has them ready. */
function toBody(file: GistFile): { bytes: Uint8Array<ArrayBuffer>; etag: string } {
  let body = bodies.get(file);
  if (!body) {
    const bytes = file.bytes();
    body = { bytes, etag: `"${createHash("sha256").update(bytes).digest("hex")}"` };
    bodies.set(file, body);
  }
  return body;
}

function toType({ encoding, type }: GistFile): string {
  if (encoding === "utf-8") return "text/plain; charset=utf-8";
  return type.startsWith("image/") && type !== "image/svg+xml" ? type : "application/octet-stream";
}
