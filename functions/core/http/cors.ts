/** Response fields that scripts of other origins may read (https://fetch.spec.whatwg.org/#http-access-control-expose-headers). */
const exposed = [
  "Age",
  "Cache-Status",
  "ETag",
  "Link",
  "Retry-After",
  "X-GitHub-Api-Version-Selected",
  "X-GitHub-Media-Type",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "X-RateLimit-Resource",
  "X-RateLimit-Used",
].join(", ");

/** Request fields that GitHub clients send and that are not safelisted. `Authorization` is accepted and ignored. */
const allowedHeaders = [
  "Authorization",
  "Cache-Control",
  "Content-Type",
  "If-Modified-Since",
  "If-None-Match",
  // Octokit sets it, and browsers but Chrome announce it.
  "User-Agent",
  "X-GitHub-Api-Version",
  "traceparent",
  "tracestate",
].join(", ");

export interface Cors {
  /** Fields for an answer to a request of this origin. */
  toFields(origin: string | null): Record<string, string>;
  /** Fields for a preflight of this origin. */
  toPreflightFields(origin: string | null): Record<string, string>;
  /** True where answers differ by `Origin`, which `Vary` must then name. */
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
