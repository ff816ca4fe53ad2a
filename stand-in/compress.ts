import { gzipSync } from "node:zlib";
import { createMiddleware } from "hono/factory";
import type { Env } from "./env.ts";

/** Compresses larger bodies over HTTP where the client accepts gzip, as GitHub does; ETags stay as they are, being weak. */
export function compress() {
  return createMiddleware<Env>(async function compress(c, next) {
    await next();
    const accepted = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
    if (!c.env?.outgoing || !accepted || c.get("identity") || c.req.method === "HEAD") return;
    if (c.res.status !== 200 || Number(c.res.headers.get("content-length") ?? 0) < 1000) return;
    const headers = new Headers(c.res.headers);
    const body = gzipSync(await c.res.arrayBuffer(), { level: 1 });
    headers.set("content-encoding", "gzip");
    headers.set("content-length", String(body.length));
    c.res = undefined;
    c.res = new Response(body, { status: 200, headers });
  });
}
