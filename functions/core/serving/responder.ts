import type { Parts } from "./parts.ts";
import { type EdgeError, toErrorBody } from "../errors.ts";
import type { AppContext } from "../context.ts";
import { toCacheStatus } from "../http/cache-status.ts";
import { isNotModified } from "../http/conditional.ts";
import { rewriteLink } from "../http/link.ts";
import type { Representation } from "../http/negotiate.ts";
import type { Sent } from "../cache/encodings.ts";

import type { Trace } from "../telemetry/trace.ts";
import type { Answer, Quota, Entry } from "../model.ts";

type Fields = Record<string, string>;

/** For answers that are data: nothing may be run, framed or sniffed from them. */
const securityFields: Fields = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "cross-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "deny",
};

/** Of JSON that this service itself says, and that holds for now only. */
export const jsonFields: Fields = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };

/** The one place where answers get their header fields. */
export function createResponder({ ports, budget, cors }: Parts) {
  const vary = [
    "Accept",
    ...(ports.compress ? ["Accept-Encoding"] : []),
    "X-GitHub-Api-Version",
    ...(cors.variesByOrigin ? ["Origin"] : []),
  ].join(", ");

  /** What every answer has. */
  function toCommonFields(origin: string | null): Fields {
    return { ...securityFields, ...cors.toFields(origin), ...toQuotaFields(budget.view()), vary };
  }

  /** The fields of an answer of this service's own; `fields` win over the common ones. */
  function toLocalFields(origin: string | null, bytes: Uint8Array | null, fields: Fields): Fields {
    return { ...toCommonFields(origin), ...(bytes && toBodyFields(bytes)), ...fields };
  }

  /** An answer of this service's own. */
  function local(
    c: AppContext,
    status: number,
    body: string | Uint8Array<ArrayBuffer> | null,
    fields: Fields,
  ): Response {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const traceFields = toTraceFields(c.var.context.trace);
    return new Response(bytes, {
      status,
      headers: toLocalFields(c.req.raw.headers.get("origin"), bytes, { ...traceFields, ...fields }),
    });
  }

  /** The fields of an answer of GitHub's, the body's own apart. */
  function toAnswerFields(
    answer: Answer,
    representation: Representation,
    self: string,
    now: number,
    origin: string | null,
  ): Fields {
    const { entry } = answer;
    const link = rewriteLink(entry.link, self, ports.config.GITHUB_API_URL);
    return {
      ...toCommonFields(origin),
      // The whole lifetime: a cache takes Age off it by itself (RFC 9111 sections 4.2 and 4.2.3).
      "cache-control": `public, max-age=${Math.round((entry.freshUntil - entry.validatedAt) / 1000)}`,
      "cache-status": toCacheStatus(answer, now),
      age: String(Math.max(Math.floor((now - entry.validatedAt) / 1000), 0)),
      "x-github-api-version-selected": representation.apiVersion,
      "x-github-media-type": representation.githubMediaType,
      ...(entry.etag !== "" && { etag: entry.etag }),
      ...(entry.lastModified !== undefined && { "last-modified": entry.lastModified }),
      ...(link !== undefined && { link }),
      ...entry.notices,
    };
  }

  /** JSON of this service's own. */
  function json(c: AppContext, status: number, value: unknown, fields: Fields = {}): Response {
    return local(c, status, JSON.stringify(value), { ...jsonFields, ...fields });
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

    toLocalFields,
    toAnswerFields,

    /**
     * GitHub's bytes, with this service's fields about them.
     * @param self the address that links lead to, without the query
     */
    answer(c: AppContext, answer: Answer, sent: Sent, representation: Representation, self: string): Response {
      const { entry } = answer;
      const { headers } = c.req.raw;
      const notModified = isNotModified(
        {
          ifNoneMatch: headers.get("if-none-match") ?? undefined,
          ifModifiedSince: headers.get("if-modified-since") ?? undefined,
        },
        entry,
      );
      const fields = {
        ...toAnswerFields(answer, representation, self, ports.now(), headers.get("origin")),
        ...toTraceFields(c.var.context.trace),
      };
      const status = notModified ? 304 : entry.status;
      const isRead = !notModified && c.req.raw.method !== "HEAD";
      return new Response(isRead ? (ports.toBody?.(sent.body) ?? sent.body) : null, {
        status,
        headers: notModified ? fields : { ...fields, ...toEntityFields(entry, sent) },
      });
    },
  };
}

export type Responder = ReturnType<typeof createResponder>;

/**
 * What is said of a body. The entity tag is the same for every coding, as it may be, being weak
 * (RFC 9110 sections 8.8.1 and 8.8.3.3): a client's copy in one coding is confirmed whatever it accepts now.
 */
export function toEntityFields(entry: Entry, { body, coding }: Sent): Fields {
  return {
    ...toBodyFields(body),
    "content-type": entry.contentType,
    ...(coding !== undefined && { "content-encoding": coding }),
  };
}

function toBodyFields(body: Uint8Array): Fields {
  return { "content-length": String(body.byteLength) };
}

/** The trace's id for scripts of a page (https://www.w3.org/TR/server-timing/), which may show or join it. */
export const toServerTiming = (traceparent: string): string => `traceparent;desc="${traceparent}"`;

function toTraceFields(trace: Trace | undefined): Fields {
  const traceparent = trace?.traceparent;
  return traceparent === undefined ? {} : { "server-timing": toServerTiming(traceparent) };
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
