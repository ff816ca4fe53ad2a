import { createHash } from "node:crypto";
import { createMiddleware } from "hono/factory";
import type { Env } from "./env.ts";

/**
 * How ETags are made; they differ by token for the same body, as GitHub's do. `opaque`: by a function that nobody knows.
 * `derived`: by the one that was found out of GitHub, SHA-256 over the values of Accept, Authorization and Cookie, each
 * with a colon after it, and the body (https://github.com/bored-engineer/github-conditional-http-transport).
 */
export const etagKinds = ["opaque", "derived"] as const;
export type EtagKind = (typeof etagKinds)[number];

/**
 * Adds a weak ETag and responds with 304 if it or `Last-Modified` matches (RFC 9110, section 13). A 304 is free of the primary limit only with a valid
 * token
 * (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate).
 */
export function conditional(kind: () => EtagKind) {
  return createMiddleware<Env>(async function conditional(c, next) {
    await next();
    if (c.res.status !== 200 || c.res.headers.get("cache-control") === "no-cache") return;
    const body = new Uint8Array(await c.res.arrayBuffer());
    const { token } = c.get("actor");
    const salt = kind() === "derived" ? covered(c.req.raw.headers) : `${token ?? ""} ${c.get("media").header}\0`;
    const etag = `W/"${createHash("sha256").update(salt, "latin1").update(body).digest("hex")}"`;
    const headers = new Headers(c.res.headers);
    headers.set("etag", etag);
    if (matches(c.req.raw.headers, etag, headers.get("last-modified"))) {
      headers.delete("content-type");
      c.set("free", token !== undefined || c.get("free"));
      c.res = undefined;
      c.res = new Response(null, { status: 304, headers });
      return;
    }
    headers.set("content-length", String(body.length));
    c.res = undefined;
    c.res = new Response(body, { status: 200, headers });
  });
}

/** The values of the headers that are part of a derived ETag. */
function covered(headers: Headers): string {
  const values = ["accept", "authorization", "cookie"].map((name) => headers.get(name));
  return values.flatMap((value) => (value === null ? [] : [`${value}:`])).join("");
}

/** If-None-Match has priority over If-Modified-Since; comparison is weak. */
function matches(request: Headers, etag: string, modified: string | null): boolean {
  const tags = request.get("if-none-match");
  if (tags !== null) return tags.split(",").some((tag) => tag.trim() === "*" || opaque(tag) === opaque(etag));
  const since = Date.parse(request.get("if-modified-since") ?? "");
  return modified !== null && Date.parse(modified) <= since;
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}
