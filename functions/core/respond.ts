import { type EdgeError, toErrorBody } from "./errors.ts";
import type { AppContext, Services } from "./exchange.ts";
import { toCacheStatus } from "./http/cache-status.ts";
import { isNotModified } from "./http/conditional.ts";
import { rewriteLink } from "./http/link.ts";
import type { Representation } from "./http/negotiate.ts";
import { publicOrigin } from "./http/origin.ts";
import { pathOf } from "./http/target.ts";
import type { Trace } from "./trace.ts";
import type { Answer, Quota } from "./upstream/fetch.ts";

type Fields = Record<string, string>;

/** For answers that are data: nothing may be run, framed or sniffed from them. */
const securityFields: Fields = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "cross-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "deny",
};

/** The one place where answers get their header fields. */
export function createResponder({ ports, budget, cors }: Omit<Services, "gists">) {
  const vary = cors.variesByOrigin ? "Accept, X-GitHub-Api-Version, Origin" : "Accept, X-GitHub-Api-Version";

  /** An answer of this service's own; `fields` win over the common ones. */
  function local(
    c: AppContext,
    status: number,
    body: string | Uint8Array<ArrayBuffer> | null,
    fields: Fields,
  ): Response {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return new Response(bytes, {
      status,
      headers: {
        ...securityFields,
        ...cors.toFields(c.req.raw.headers.get("origin")),
        ...toQuotaFields(budget.view()),
        vary,
        ...toTraceFields(c.var.exchange.trace),
        ...(bytes && { "content-length": String(bytes.byteLength) }),
        ...fields,
      },
    });
  }

  /** JSON of this service's own. */
  function json(c: AppContext, status: number, value: unknown, fields: Fields = {}): Response {
    return local(c, status, JSON.stringify(value), {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      ...fields,
    });
  }

  return {
    local,
    json,

    error(c: AppContext, error: EdgeError): Response {
      const { status, body } = toErrorBody(error);
      const { retryAfter, allow } = error.details;
      return json(c, status, body, {
        // Whatever is left is kept for others: this client has nothing before then, and its library reads that here.
        ...(status === 429 &&
          retryAfter !== undefined && {
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": String(Math.floor(ports.now() / 1000) + retryAfter),
          }),
        // Required with a 401 (RFC 9110 section 15.5.2).
        ...(status === 401 && { "www-authenticate": "Bearer" }),
        ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
        ...(allow !== undefined && { allow }),
      });
    },

    /** GitHub's bytes, with this service's fields about them. */
    answer(c: AppContext, answer: Answer, representation: Representation): Response {
      const { entry } = answer;
      const now = ports.now();
      const { headers } = c.req.raw;
      const notModified =
        entry.etag !== "" &&
        isNotModified(
          {
            ifNoneMatch: headers.get("if-none-match") ?? undefined,
            ifModifiedSince: headers.get("if-modified-since") ?? undefined,
          },
          entry,
        );
      const origin = publicOrigin(ports.config.PUBLIC_URL, headers, c.req.url, c.var.exchange.peer);
      const link = rewriteLink(entry.link, `${origin}${pathOf(c.req.url)}`);
      const left = Math.max(Math.ceil((entry.freshUntil - now) / 1000), 0);
      const fields: Fields = {
        "cache-control": `public, max-age=${left}`,
        "cache-status": toCacheStatus(answer, now),
        age: String(Math.max(Math.floor((now - entry.validatedAt) / 1000), 0)),
        "x-github-api-version-selected": representation.apiVersion,
        "x-github-media-type": representation.githubMediaType,
        ...(entry.etag !== "" && { etag: entry.etag }),
        ...(entry.lastModified !== undefined && { "last-modified": entry.lastModified }),
        ...(link !== undefined && { link }),
      };
      if (notModified) return local(c, 304, null, fields);
      return local(c, entry.status, entry.body, { ...fields, "content-type": entry.contentType });
    },
  };
}

export type Responder = ReturnType<typeof createResponder>;

/** The trace's id for scripts of a page (https://www.w3.org/TR/server-timing/), which may show or join it. */
function toTraceFields(trace: Trace | undefined): Fields {
  const { traceparent } = trace?.headers() ?? {};
  return traceparent === undefined ? {} : { "server-timing": `traceparent;desc="${traceparent}"` };
}

/** The service's budget in GitHub's own fields. */
function toQuotaFields(quota: Quota): Fields {
  return {
    "x-ratelimit-limit": String(quota.limit),
    "x-ratelimit-remaining": String(quota.remaining),
    "x-ratelimit-used": String(quota.used),
    "x-ratelimit-reset": String(quota.reset),
    "x-ratelimit-resource": "core",
  };
}
