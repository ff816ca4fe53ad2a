import { createMiddleware } from "hono/factory";
import type { Apps } from "./apps.ts";
import type { Actor, Env } from "./env.ts";
import { badCredentials, missingUserAgent } from "./errors.ts";
import { stamp, type Limits } from "./rate-limit.ts";

/** Addresses of injected requests: one of RFC 5737's for documentation. */
const noAddress = "203.0.113.7";
const varies = "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With";

/** Headers of every response of GitHub; a proxy must not pass them on blindly. */
const always = {
  server: "github.com",
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, " +
    "X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, " +
    "X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset",
  "content-security-policy": "default-src 'none'",
  "referrer-policy": "origin-when-cross-origin, strict-origin-when-cross-origin",
  "strict-transport-security": "max-age=31536000; includeSubdomains; preload",
  "x-content-type-options": "nosniff",
  "x-frame-options": "deny",
  "x-xss-protection": "0",
};

/** The name under which a valid token has its limits: its own, or that of its installation. */
export type ToKey = (token: string) => string | undefined;

/** Identifies the token or address of a request, and adds the headers that all of GitHub's responses have. */
export function identify(toKey: ToKey, limits: Limits, now: () => number) {
  let count = 0;
  return createMiddleware<Env>(async function identify(c, next) {
    count += 1;
    const address = (c.env?.incoming?.socket.remoteAddress ?? noAddress).replace(/^::ffff:/, "");
    const token = toToken(c.req.header("authorization"));
    const key = token === undefined ? undefined : toKey(token);
    const valid = key !== undefined;
    const actor: Actor = valid
      ? { key: `token:${key}`, token, address }
      : { key: `ip:${address}`, token: undefined, address };
    c.set("actor", actor);
    c.set("requestId", `C0DE:${(0x10000 + count).toString(16)}:${(0x5eed00 + count * 7).toString(16)}`.toUpperCase());
    if (!c.req.header("user-agent")) return missingUserAgent();
    await next();
    const { headers } = c.res;
    headers.set("date", new Date(now()).toUTCString());
    for (const [name, value] of Object.entries(always)) headers.set(name, value);
    if (valid) headers.set("x-oauth-scopes", "gist");
    headers.set("x-github-request-id", c.get("requestId"));
    const type = headers.get("content-type");
    if (c.res.status !== 304 && !type?.startsWith("application/json")) return undefined;
    if (!headers.has("x-ratelimit-remaining")) stamp(headers, limits.state(actor));
    if (type) headers.set("content-type", "application/json; charset=utf-8");
    if ((c.res.status === 200 || c.res.status === 304) && !headers.has("cache-control")) {
      headers.set("cache-control", `${valid ? "private" : "public"}, max-age=60, s-maxage=60`);
      headers.set("vary", valid ? varies : "Accept,Accept-Encoding, Accept, X-Requested-With");
    }
    return undefined;
  });
}

/** Responds with 401 to an invalid token, which counts against the address, and with 403 to one of a suspended installation. */
export function authenticate(apps: Pick<Apps, "refuse">) {
  return createMiddleware<Env>(async function authenticate(c, next) {
    const isAnonymous = c.req.header("authorization") === undefined;
    if (!isAnonymous && c.get("actor").token === undefined) return badCredentials(c);
    const refused = apps.refuse(c, c.get("actor").token);
    if (refused) return refused;
    await next();
    return undefined;
  });
}

/** The token of an Authorization header: Bearer, token, or Basic's password. */
export function toToken(header: string | undefined): string | undefined {
  const match = /^(bearer|token|basic)\s+(\S+)$/i.exec(header ?? "");
  if (!match?.[2]) return undefined;
  if (match[1]?.toLowerCase() !== "basic") return match[2];
  return atob(match[2]).split(":").at(-1);
}
