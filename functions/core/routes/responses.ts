import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import { documentationUrl, failures } from "../errors.ts";
import { error } from "./bodies.ts";

type Responses = RouteConfig["responses"];

const text = z.string();
const count = z.string().regex(/^\d+$/).openapi({ type: "integer" });

/** On every answer. The quota is absent where nothing is left of it, but on `/rate_limit` and primary limits. */
const commonHeaders = {
  "X-GitHub-Request-Id": text
    .optional()
    .openapi({ description: "Names this request: the id of its trace, or of its log line. Absent on hits." }),
  "X-RateLimit-Limit": count.optional().openapi({
    description:
      "Calls an hour for what is not cached. Absent, like the next four, where nothing is left but cached resources are served.",
  }),
  "X-RateLimit-Remaining": count.optional().openapi({ description: "Calls left of them now." }),
  "X-RateLimit-Used": count.optional().openapi({ description: "Calls used." }),
  "X-RateLimit-Reset": count
    .optional()
    .openapi({ format: "int64", description: "When the count starts again: seconds since the Unix epoch." }),
  "X-RateLimit-Resource": text.optional().openapi({ description: "Which of GitHub's quotas: always core." }),
};

/** The header fields of what this service says of itself. */
export const serviceHeaders = z.object(commonHeaders);

/** On every answer that came through the cache. */
const cacheHeaders = {
  ...commonHeaders,
  "Cache-Status": text.openapi({
    description: "What the cache did (RFC 9211).",
    example: "EdgeGists; hit; ttl=42",
  }),
  Age: count.openapi({ description: "Seconds since GitHub gave or confirmed this answer." }),
  "Cache-Control": text.openapi({
    description: "How long it is fresh in all, of which `Age` has passed.",
    example: "public, max-age=60",
  }),
  ETag: text.openapi({ description: "Validator, the same for all runtimes and tokens: send it as If-None-Match." }),
  "Last-Modified": text.optional().openapi({ description: "Where GitHub gives it." }),
  Link: text.optional().openapi({
    description: "Pages before and after (RFC 8288), on this service; other links of GitHub's as they are.",
    example: '<https://gists.example/users/octocat/gists?page=2&per_page=30>; rel="next"',
  }),
  Deprecation: text.optional().openapi({ description: "Since when GitHub discourages this (RFC 9745)." }),
  Sunset: text.optional().openapi({ description: "When GitHub means to end this (RFC 8594)." }),
  "X-GitHub-Media-Type": text.openapi({ example: "github.v3; format=json" }),
  "X-GitHub-Api-Version-Selected": text.openapi({ example: "2022-11-28" }),
};

/** What this service says where it refuses or fails by itself, by status; GitHub's own errors say more or else. */
const messages: Partial<Record<number, string>> = {
  400: "The path holds dot segments",
  403: "API rate limit exceeded for this service at GitHub. Cached resources are still available.",
  404: "Not Found",
  405: "Only GET, HEAD, OPTIONS are allowed here",
  410: "This gist was deleted",
  413: "No request of this service needs a body",
  414: "The request target is longer than 8192 characters",
  415: "Unsupported 'Accept' header: 'application/xml'. Must accept 'application/json'.",
  422: "Validation Failed",
  451: "Repository access blocked",
  500: "The service failed to answer this request",
  502: "GitHub could not be reached",
  503: "Too many requests are waiting for GitHub",
  504: "GitHub did not answer in time",
};

const wrongParameter = {
  resource: "Query",
  field: "per_page",
  code: "invalid",
  message: "Must be given once, as an integer from 1 to 100",
};

/** A body of this status as a client may see it. */
function exampleOf(status: number) {
  return {
    message: messages[status] ?? "",
    ...(status === 422 && { errors: [wrongParameter] }),
    documentation_url: documentationUrl,
    status: String(status),
  };
}

const explained: Partial<Record<number, string>> = {
  400: "The request target or `X-GitHub-Api-Version` is not one that this service can read.",
  403:
    "A limit, in the form of GitHub's: a primary one with `X-RateLimit-Remaining: 0` until `X-RateLimit-Reset`, a secondary " +
    "one with `Retry-After`. Or GitHub bars access to this resource.",
  404: "GitHub has no such resource, or the path names one that cannot exist (`errors` says why).",
  405: "Only GET, HEAD and OPTIONS are served; `Allow` says so.",
  413: "The request carries a body that is too large; none is needed.",
  414: "The request target is longer than 8192 characters.",
  415: "`Accept` allows none of GitHub's JSON media types.",
  422: "A query parameter is wrong: `errors` says which, and why. Or GitHub refuses what the parameters ask for, such as public gists past the 3,000th.",
  500: "A fault of this service.",
  502: "GitHub gave no usable answer.",
  503: "The service cannot take more at the moment.",
  504: "GitHub did not answer in time.",
};

/**
 * Marks what only the OpenAPI document shows. The build makes the document, and leaves this out of the bundles with all
 * that is in it (build/plugins/prebuilt-openapi.mjs): so it may not be read while a request is served.
 */
export function documented<T extends object>(parts: T): T {
  return parts;
}

/** Errors in GitHub's shape, for the statuses given. */
export function errorResponses(statuses: readonly number[]): Responses {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: explained[status] ?? `Status ${status}.`,
        headers: z.object({
          ...commonHeaders,
          ...(status === 403 && { "Retry-After": count.optional().openapi({ description: "Seconds." }) }),
          ...(status === 405 && { Allow: text.openapi({ example: "GET, HEAD, OPTIONS" }) }),
        }),
        content: { "application/json": { schema: error, example: exampleOf(status) } },
      },
    ]),
  );
}

/** All that can come of a resource of GitHub, or of what is derived from one. */
export function resourceResponses(description: string, body: z.ZodType): Responses {
  return {
    200: {
      description,
      headers: z.object(cacheHeaders),
      content: { "application/json": { schema: body } },
    },
    304: { description: "Unchanged since the validator that the request carried.", headers: z.object(cacheHeaders) },
    410: { ...(errorResponses([410])[410] as object), description: "GitHub says that the resource is gone." },
    451: { ...(errorResponses([451])[451] as object), description: "GitHub withholds the resource for legal reasons." },
    // 401 is for operators alone: reading needs no authentication.
    ...errorResponses(Object.values(failures).filter((status) => status !== 401)),
  } as Responses;
}
