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
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "X-RateLimit-Resource",
  "X-RateLimit-Used",
].join(", ");

/**
 * Request fields that api.github.com's own preflight allows (measured in October 2026), and those of caches and of W3C
 * Trace Context. `Authorization` is accepted and ignored. Octokit sets User-Agent, which all browsers but Chrome name
 * in the preflight.
 */
const allowedHeaders =
  "Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Accept-Encoding, " +
  "X-GitHub-OTP, X-Requested-With, User-Agent, GraphQL-Features, X-Github-Next-Global-ID, X-GitHub-Api-Version, " +
  "X-Fetch-Nonce, Copilot-Integration-Id, DD-CLIENT-TOKEN, X-Client-Application, Cache-Control, traceparent, tracestate";

export interface Cors {
  /** Fields of a response to a request of this origin. */
  toFields(origin: string | null): Record<string, string>;
  /** Fields for a preflight of this origin. */
  toPreflightFields(origin: string | null): Record<string, string>;
  /** True if responses differ by `Origin`, which `Vary` must then name. */
  variesByOrigin: boolean;
}

/**
 * Cross-origin access without credentials, for every origin or for those listed.
 * @param isTraced true if requests are traced: OpenTelemetry's browser SDKs then send `baggage` too
 */
export function createCors(origins: readonly string[], isTraced = false): Cors {
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
        "access-control-allow-headers": isTraced ? `${allowedHeaders}, baggage` : allowedHeaders,
        "access-control-max-age": "86400",
      };
    },
  };
}
