import type { Parts } from "./parts.ts";
import {
  type EntryFields,
  type Fields,
  toBodyFields,
  toEntryResponse,
  toList,
  toServerTiming,
} from "./entry-response.ts";
import { EdgeError, toErrorBody } from "../errors.ts";
import type { AppContext } from "../context.ts";
import { toCacheStatus } from "../http/cache-status.ts";
import { rewriteLink } from "../http/link.ts";
import type { Representation } from "../http/negotiate.ts";
import { toWebResponse } from "../http/raw.ts";
import type { Sent } from "../cache/encodings.ts";
import type { Answer, Quota } from "../model.ts";

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

/** The one place where responses get their status, header fields and body. */
export function createResponder({ ports, budget, cors }: Parts) {
  const vary = [
    "Accept",
    ...(ports.compress ? ["Accept-Encoding"] : []),
    "X-GitHub-Api-Version",
    ...(cors.variesByOrigin ? ["Origin"] : []),
  ].join(", ");

  /** What every answer has. */
  function toCommonFields(origin: string | null): Fields {
    const quota = budget.view();
    // A client that reads here that nothing remains sends nothing until the reset (go-github), though what is cached is
    // served. A GitHub server without limits leaves these fields out too.
    const quotaFields = quota.remaining > 0 ? toQuotaFields(quota) : undefined;
    return { ...securityFields, ...cors.toFields(origin), ...quotaFields, vary };
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
    const { trace, requestId } = c.var.context;
    return new Response(bytes, {
      status,
      headers: toLocalFields(c.req.raw.headers.get("origin"), bytes, {
        ...(requestId !== undefined && { "x-github-request-id": requestId }),
        ...(trace && { "server-timing": toServerTiming(trace) }),
        ...fields,
      }),
    });
  }

  /**
   * The fields of responses with this entry, which hold for the rest of the second.
   * @param self the address that links lead to, without the query
   * @param now ms since the Unix epoch
   */
  function toEntryFields(
    answer: Answer,
    representation: Representation,
    self: string,
    now: number,
    origin: string | null,
  ): EntryFields {
    const { entry } = answer;
    const link = rewriteLink(entry.link, self, ports.config.GITHUB_API_URL);
    const common = {
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
    return { common: toList(common), whole: new Map() };
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
      const { retryAfter, allow, limit, size } = error.details;
      const quota = budget.view();
      return json(c, status, body, {
        // As at GitHub: a primary limit ends at the reset, and Retry-After says that a limit is a secondary one (githubkit).
        ...(limit === "primary"
          ? toQuotaFields({ ...quota, remaining: 0, used: quota.limit })
          : retryAfter !== undefined && { "retry-after": String(retryAfter) }),
        // Required with a 401 (RFC 9110 section 15.5.2).
        ...(status === 401 && { "www-authenticate": "Bearer" }),
        ...(allow !== undefined && { allow }),
        ...(size !== undefined && { "content-range": `bytes */${size}` }),
      });
    },

    toLocalFields,

    toEntryFields,

    /**
     * The response of a route with an entry.
     * @param self the address that links lead to, without the query
     * @param own fields that win over the common ones; an empty one is left out
     */
    answer(
      c: AppContext,
      answer: Answer,
      sent: Sent,
      representation: Representation,
      self: string,
      own: Fields = {},
    ): Response {
      const { method, headers } = c.req.raw;
      const get = (name: string): string | null => headers.get(name);
      const fields = toEntryFields(answer, representation, self, ports.now(), get("origin"));
      const { trace, requestId } = c.var.context;
      const response = toEntryResponse({ method, get }, answer.entry, sent, fields, trace);
      const { body, extraFields = [] } = response;
      const isNamed = answer.handling !== "HIT" && requestId !== undefined;
      const named = isNamed ? [...extraFields, "x-github-request-id", requestId] : extraFields;
      const made = toWebResponse({ ...response, extraFields: named }, body && (ports.toBody?.(body) ?? body));
      for (const [name, value] of Object.entries(own)) {
        if (value === "") made.headers.delete(name);
        else made.headers.set(name, value);
      }
      return made;
    },

    /**
     * The response with bytes that were made from an entry: they have the entry's age, and fields of their own.
     * @param file its fields win over the common ones
     */
    file(c: AppContext, answer: Answer, file: FileResponse): Response {
      const { status, representation, self, isCompressible, fields, body } = file;
      const origin = c.req.raw.headers.get("origin");
      const { common } = toEntryFields(answer, representation, self, ports.now(), origin);
      const { trace, requestId } = c.var.context;
      const varies = [
        ...(isCompressible && ports.compress ? ["Accept-Encoding"] : []),
        ...(cors.variesByOrigin ? ["Origin"] : []),
      ];
      const own = {
        ...(answer.handling !== "HIT" && requestId !== undefined && { "x-github-request-id": requestId }),
        ...(trace && { "server-timing": toServerTiming(trace) }),
        vary: varies.join(", "),
        ...toExposed(cors.toFields(origin)),
        ...fields,
      };
      const response = toWebResponse({ status, fields: common, extraFields: toList(own) }, body ?? undefined);
      for (const name of ["x-github-api-version-selected", "x-github-media-type"]) response.headers.delete(name);
      if (varies.length === 0) response.headers.delete("vary");
      return response;
    },
  };
}

/** A response with bytes that were made from an entry. */
export interface FileResponse {
  status: number;
  representation: Representation;
  self: string;
  /** True if they may come in a coding. */
  isCompressible: boolean;
  fields: Fields;
  body: BodyInit | null;
}

/** Fields of files that scripts of other origins may read too. */
function toExposed({ "access-control-expose-headers": exposed }: Fields): Fields {
  if (exposed === undefined) return {};
  return { "access-control-expose-headers": `${exposed}, Accept-Ranges, Content-Disposition, Content-Range` };
}

/** The failure of a runtime that has no memory left for bodies on their way to clients. */
export function tooManySlowClients(): EdgeError {
  return new EdgeError("service-unavailable", "Too many responses are on their way to slow clients", { retryAfter: 1 });
}

export type Responder = ReturnType<typeof createResponder>;

/** The service's budget in GitHub's own fields. */
export function toQuotaFields(quota: Quota): Fields {
  return {
    "x-ratelimit-limit": String(quota.limit),
    "x-ratelimit-remaining": String(quota.remaining),
    "x-ratelimit-used": String(quota.used),
    "x-ratelimit-reset": String(quota.reset),
    "x-ratelimit-resource": "core",
  };
}
