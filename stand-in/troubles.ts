import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Data } from "./data.ts";
import type { Env } from "./env.ts";
import { fail, limitExceeded, secondaryLimit, tokenRefused } from "./errors.ts";
import type { Fault, Faults } from "./faults.ts";
import { cut, destroy, drip, flood, gone, sleep } from "./wire.ts";

/** Executes the active faults: some replace the response, some change it. */
export function troubles(faults: Faults, data: Data, now: () => number) {
  return createMiddleware<Env>(async function troubles(c, next) {
    const { path } = c.req;
    const token = c.req.header("authorization")?.replace(/^(Bearer|token) /i, "");
    for (const fault of faults.take(path, token)) {
      if (fault.kind === "latency") {
        await sleep(fault.ms, c);
        continue;
      }
      const instead = await replace(fault, c, data, now);
      if (instead) return instead;
      // Half of a gzip would be a different fault from half of some JSON.
      c.set("identity", fault.kind === "malformed" || fault.kind === "length");
      await next();
      c.res = await spoil(fault, c);
      return undefined;
    }
    await next();
    return undefined;
  });
}

/** The response of a fault that needs no real one. */
async function replace(fault: Fault, c: Context<Env>, data: Data, now: () => number): Promise<Response | undefined> {
  switch (fault.kind) {
    case "status":
      return ofStatus(fault, c);
    case "hang":
      return gone(c);
    case "reset":
      return destroy(c, "ECONNRESET");
    case "refused":
      return destroy(c, "ECONNREFUSED");
    case "html":
      return page(200, "Unicorn!");
    case "empty":
      return new Response(null, {
        status: fault.status ?? 200,
        headers: { "content-type": "application/json", "content-length": "0" },
      });
    case "oversize":
      return flood(fault.bytes);
    case "codings":
      return new Response(new Uint8Array(200_000), {
        headers: {
          "content-type": "application/json",
          "content-encoding": Array.from({ length: fault.count ?? 6 }, () => "gzip").join(", "),
        },
      });
    case "redirect": {
      const target = new URL(fault.to ?? numeric(c.req.path, data), c.req.url);
      if (fault.to === undefined) target.search = new URL(c.req.url).search;
      const body = {
        message: "Moved Permanently",
        url: target.href,
        documentation_url: "https://docs.github.com/rest",
      };
      return Response.json(body, {
        status: fault.status ?? 302,
        headers: { location: target.href },
      });
    }
    case "secondary":
      return secondaryLimit(c, fault.status ?? 403, fault.retryAfter, now(), fault.wording);
    case "token-refused":
      return tokenRefused(c, fault.why);
    case "primary": {
      const answer = limitExceeded(c, fault.status ?? 403, now());
      const limit = c.get("actor").token === undefined ? "60" : "5000";
      for (const name of ["limit", "used"]) answer.headers.set(`x-ratelimit-${name}`, limit);
      answer.headers.set("x-ratelimit-remaining", "0");
      answer.headers.set("x-ratelimit-reset", String(Math.ceil(now() / 1000) + (fault.resetIn ?? 3600)));
      return answer;
    }
    default:
      return undefined;
  }
}

/** The real response, damaged. */
async function spoil(fault: Fault, c: Context<Env>): Promise<Response> {
  const { status } = c.res;
  const headers = new Headers(c.res.headers);
  const body = new Uint8Array(await c.res.arrayBuffer());
  c.res = undefined;
  switch (fault.kind) {
    case "malformed": {
      const half = body.slice(0, Math.max(1, Math.floor(body.length / 2)));
      headers.set("content-length", String(half.length));
      return new Response(half, { status, headers });
    }
    case "content-type":
      headers.set("content-type", fault.type ?? "text/html; charset=utf-8");
      return new Response(body, { status, headers });
    case "length": {
      const changed = new Uint8Array(Math.max(body.length - fault.bytes, 0));
      changed.set(body.subarray(0, changed.length));
      headers.set("content-length", String(changed.length));
      return new Response(changed, { status, headers });
    }
    case "cut":
      return cut(c, status, headers, body, fault.bytes ?? Math.floor(body.length / 2));
    case "drip":
      return drip(status, headers, body, fault.bytes ?? 1024, fault.ms);
    case "chunked":
      headers.delete("content-length");
      return drip(status, headers, body, 16_384, 0);
    case "fields":
      for (const [name, value] of Object.entries(fault.fields)) {
        if (value === null) headers.delete(name);
        else if (name === "link") headers.append(name, value);
        else headers.set(name, value);
      }
      return new Response(body.length > 0 ? body : null, { status, headers });
    default:
      return new Response(body.length > 0 ? body : null, { status, headers });
  }
}

function ofStatus(fault: Fault & { kind: "status" }, c: Context<Env>): Response {
  const { status } = fault;
  const message = fault.message ?? messages[status] ?? "Unknown";
  const answer =
    status === 451
      ? Response.json(
          {
            message,
            block: {
              reason: "dmca",
              created_at: "2026-01-02T03:04:05Z",
              html_url: "https://github.com/github/dmca",
            },
          },
          { status },
        )
      : fault.html
        ? page(status, message)
        : fail(c, status, message);
  for (const [name, value] of Object.entries(fault.headers ?? {})) answer.headers.set(name, value);
  return answer;
}

function page(status: number, title: string): Response {
  const html = `<!DOCTYPE html>\n<html><head><title>${title} &middot; GitHub</title></head><body><h1>${title}</h1></body></html>\n`;
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** `/users/octocat/gists` -> `/user/583231/gists`; other paths stay as they are. */
function numeric(path: string, data: Data): string {
  const match = /^\/users\/([^/]+)\/gists$/.exec(path);
  const person = match?.[1] === undefined ? undefined : data.person(match[1]);
  return person ? `/user/${person.id}/gists` : path;
}

const messages: Record<number, string> = {
  400: "Bad Request",
  401: "Bad credentials",
  403: "Forbidden",
  404: "Not Found",
  410: "Gone",
  422: "Validation Failed",
  429: "Too Many Requests",
  451: "Repository access blocked",
  500: "Internal Server Error",
  502: "Server Error",
  503: "Service Unavailable",
  504: "We couldn't respond to your request in time. Sorry about that. Please try resubmitting your request and contact us if the problem persists.",
};
