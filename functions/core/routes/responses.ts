import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import { documentationUrl, failures } from "../errors.ts";
import { error } from "./bodies.ts";

type Responses = RouteConfig["responses"];

const text = z.string();
const count = z.string().regex(/^\d+$/).openapi({ type: "integer" });

/** On every response. If nothing is left of the quota, it is only on `/rate_limit` and on primary limits. */
const commonHeaders = {
  "X-GitHub-Request-Id": text
    .optional()
    .openapi({ description: "ID of this request: of its trace, or of its log line. Absent on hits." }),
  "X-RateLimit-Limit": count.optional().openapi({
    description:
      "Calls an hour for resources that are not cached. Absent, like the next four, if no call is left but cached resources are served.",
  }),
  "X-RateLimit-Remaining": count.optional().openapi({ description: "Remaining calls." }),
  "X-RateLimit-Used": count.optional().openapi({ description: "Calls used." }),
  "X-RateLimit-Reset": count
    .optional()
    .openapi({ format: "int64", description: "When the quota is reset: seconds since the Unix epoch." }),
  "X-RateLimit-Resource": text.optional().openapi({ description: "Name of GitHub's quota: always core." }),
};

/** The headers of responses about the service itself. */
export const serviceHeaders = z.object(commonHeaders);

/** On every response that came through the cache. */
const cacheHeaders = {
  ...commonHeaders,
  "Cache-Status": text.openapi({
    description: "How the cache handled the request (RFC 9211).",
    example: "EdgeGists; hit; ttl=42",
  }),
  Age: count.openapi({ description: "Seconds since GitHub sent or confirmed this response." }),
  "Cache-Control": text.openapi({
    description: "Total fresh lifetime, of which `Age` has passed.",
    example: "public, max-age=60",
  }),
  ETag: text.openapi({ description: "Validator, the same for all runtimes and tokens: send it as If-None-Match." }),
  "Last-Modified": text.optional().openapi({ description: "If GitHub sends it." }),
  Link: text.optional().openapi({
    description: "Previous and next pages (RFC 8288), on this service; other links as GitHub sends them.",
    example: '<https://gists.example/users/octocat/gists?page=2&per_page=30>; rel="next"',
  }),
  Deprecation: text.optional().openapi({ description: "Since when GitHub has deprecated this (RFC 9745)." }),
  Sunset: text.optional().openapi({ description: "When GitHub plans to remove this (RFC 8594)." }),
  "X-GitHub-Media-Type": text.openapi({ example: "github.v3; format=json" }),
  "X-GitHub-Api-Version-Selected": text.openapi({ example: "2022-11-28" }),
};

/** Messages of the service's own errors, by status. GitHub's errors have messages of their own. */
const messages: Partial<Record<number, string>> = {
  400: "The path holds dot segments",
  403: "API rate limit exceeded for this service at GitHub. Cached resources are still available.",
  404: "Not Found",
  405: "This service reads GitHub's public gists: only GET, HEAD, OPTIONS are allowed here",
  410: "This gist was deleted",
  413: "No request of this service needs a body",
  414: "The request target is longer than 8192 characters",
  415: "Unsupported 'Accept' header: 'application/xml'. Must accept 'application/json'.",
  416: "The file has 1234 bytes",
  422: "Validation Failed",
  451: "Repository access blocked",
  500: "The service failed to respond",
  502: "GitHub could not be reached",
  503: "Too many requests are waiting for GitHub",
  504: "GitHub did not respond in time",
};

const wrongParameter = {
  resource: "Query",
  field: "per_page",
  code: "invalid",
  message: "Must be given once, as an integer from 1 to 100",
};

/** An example of an error body with this status. */
function exampleOf(status: number) {
  return {
    message: messages[status] ?? "",
    ...(status === 422 && { errors: [wrongParameter] }),
    documentation_url: documentationUrl,
    status: String(status),
  };
}

const explained: Partial<Record<number, string>> = {
  400: "The request target or `X-GitHub-Api-Version` is invalid.",
  403:
    "A rate limit, in GitHub's form: a primary one with `X-RateLimit-Remaining: 0` until `X-RateLimit-Reset`, a secondary " +
    "one with `Retry-After`. Or GitHub blocks access to this resource.",
  404: "GitHub has no such resource, or the path names one that cannot exist (`errors` has the reason).",
  405: "Only GET, HEAD and OPTIONS are allowed. `Allow` lists them.",
  413: "The request has a body that is too large. No request needs a body.",
  414: "The request target is longer than 8192 characters.",
  415: "`Accept` allows none of GitHub's JSON media types.",
  422: "A query parameter is invalid: `errors` names it, with the reason. Or GitHub refuses the parameters, such as a page past the 3,000th public gist.",
  500: "A fault of this service.",
  502: "GitHub sent no usable response.",
  503: "The service cannot accept more requests at the moment.",
  504: "GitHub did not respond in time.",
};

/**
 * Marks parts that only the OpenAPI document needs. The build creates the document and removes these parts from the bundles
 * (build/plugins/prebuilt-openapi.mjs), so they must not be read while a request is served.
 */
export function documented<T extends object>(parts: T): T {
  return parts;
}

/** Errors in GitHub's shape, with these statuses. */
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

/** All responses to a request for another form than JSON. */
export function otherResponses(description: string, types: readonly string[]): Responses {
  const content = Object.fromEntries(types.map((type) => [type, { schema: text }]));
  return {
    ...resourceResponses(description, z.never()),
    200: { description, headers: z.object(cacheHeaders), content },
  };
}

/** All responses to a request for a file. */
export function fileResponses(): Responses {
  const {
    Link: _link,
    "X-GitHub-Media-Type": _media,
    "X-GitHub-Api-Version-Selected": _version,
    ...shared
  } = cacheHeaders;
  const headers = z.object({
    ...shared,
    "Accept-Ranges": text.openapi({ example: "bytes" }),
    "Content-Disposition": text.optional().openapi({ description: "With `download=1`." }),
  });
  const content = { "*/*": { schema: { type: "string", format: "binary" } } } as const;
  const range = text.openapi({ description: "Which bytes of how many.", example: "bytes 0-99/1234" });
  return {
    ...resourceResponses("", z.never()),
    200: {
      description:
        "The bytes of the file. `Content-Type` is one of a short list, by the file's extension. HTML, SVG and XML are `text/plain`.",
      headers,
      content,
    },
    206: {
      description: "The part of the file that `Range` asks for.",
      headers: headers.extend({ "Content-Range": range }),
      content,
    },
    304: { description: "Unchanged since the validator that the request carried.", headers },
    416: {
      ...(errorResponses([416])[416] as object),
      description: "No byte of the file is in the part that `Range` asks for; `Content-Range` has its size.",
    },
  } as Responses;
}

/** All responses to a request for a resource of GitHub, or for one that is derived from it. */
export function resourceResponses(description: string, body: z.ZodType, otherTypes: readonly string[] = []): Responses {
  return {
    200: {
      description,
      headers: z.object(cacheHeaders),
      content: {
        "application/json": { schema: body },
        ...Object.fromEntries(otherTypes.map((type) => [type, { schema: text }])),
      },
    },
    304: { description: "Unchanged since the validator in the request.", headers: z.object(cacheHeaders) },
    410: { ...(errorResponses([410])[410] as object), description: "GitHub has removed the resource." },
    451: { ...(errorResponses([451])[451] as object), description: "GitHub withholds the resource for legal reasons." },
    // Only operators get a 401: reading needs no authentication. Only files have a 416.
    ...errorResponses(Object.values(failures).filter((status) => status !== 401 && status !== 416)),
  } as Responses;
}
