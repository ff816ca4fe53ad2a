/** Response fields that scripts of other origins may read (https://fetch.spec.whatwg.org/#http-access-control-expose-headers). */
const exposed = [
  "Age",
  "Cache-Status",
  "Deprecation",
  "ETag",
  "Link",
  "Retry-After",
  "Sunset",
  "X-GitHub-Api-Version-Selected",
  "X-GitHub-Media-Type",
  "X-GitHub-Request-Id",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "X-RateLimit-Resource",
  "X-RateLimit-Used",
].join(", ");

/**
 * Request fields that api.github.com's own preflight allows, as measured in October 2026, and those of caches, of ranges (a
 * browser asks before `Range: bytes=-500`, and before any `If-Range`), of W3C Trace Context and of W3C Baggage: OpenTelemetry's SDK for browsers sends them to every service that its page calls.
 * `Authorization` is accepted and ignored. Browsers but Chrome announce User-Agent, which Octokit sets.
 */
const allowedHeaders =
  "Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Accept-Encoding, " +
  "X-GitHub-OTP, X-Requested-With, User-Agent, GraphQL-Features, X-Github-Next-Global-ID, X-GitHub-Api-Version, " +
  "X-Fetch-Nonce, Copilot-Integration-Id, DD-CLIENT-TOKEN, X-Client-Application, Cache-Control, Range, If-Range, traceparent, tracestate, baggage";

export interface Cors {
  /** Fields of a response to a request of this origin. */
  toFields(origin: string | null): Record<string, string>;
  /** Fields for a preflight of this origin. */
  toPreflightFields(origin: string | null): Record<string, string>;
  /** True if responses differ by `Origin`, which `Vary` must then name. */
  variesByOrigin: boolean;
}

/** Cross-origin access without credentials, for every origin or for those listed. */
export function createCors(origins: readonly string[]): Cors {
  const any = origins.includes("*");
  const anyFields = { "access-control-allow-origin": "*", "access-control-expose-headers": exposed };
  const listed = new Set(origins);

  function toFields(origin: string | null): Record<string, string> {
    if (any) return anyFields;
    if (origin === null || !listed.has(origin)) return {};
    return { "access-control-allow-origin": origin, "access-control-expose-headers": exposed };
  }

  return {
    variesByOrigin: !any,
    toFields,
    toPreflightFields(origin): Record<string, string> {
      const allowed = toFields(origin)["access-control-allow-origin"];
      if (allowed === undefined) return {};
      return {
        "access-control-allow-origin": allowed,
        "access-control-allow-methods": "GET, HEAD, OPTIONS",
        "access-control-allow-headers": allowedHeaders,
        "access-control-max-age": "86400",
      };
    },
  };
}
