import { createHash } from "node:crypto";
import { createMiddleware } from "hono/factory";
import type { Env } from "./env.ts";

/**
 * Adds a weak ETag and responds with 304 if it or `Last-Modified` matches (RFC 9110, section 13). GitHub's ETags differ
 * by token for the same body, so the token goes into the hash. A 304 is free of the primary limit only with a valid
 * token
 * (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate).
 */
export function conditional() {
  return createMiddleware<Env>(async function conditional(c, next) {
    await next();
    if (c.res.status !== 200 || c.res.headers.get("cache-control") === "no-cache") return;
    const body = new Uint8Array(await c.res.arrayBuffer());
    const { token } = c.get("actor");
    const etag = `W/"${hash(body, `${token ?? ""} ${c.get("media").header}`)}"`;
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

function hash(body: Uint8Array, salt: string): string {
  return createHash("sha256").update(salt).update("\0").update(body).digest("hex");
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
