/** One member of `Cache-Status` (RFC 9211), its parameters by name; a bare parameter is true. */
export interface CacheStatus {
  cache: string;
  hit?: true;
  collapsed?: true;
  stored?: true;
  fwd?: string;
  "fwd-status"?: number;
  ttl?: number;
  [name: string]: string | number | true | undefined;
}

/** @throws Error if the header is absent */
export function cacheStatus(response: Response): CacheStatus {
  const text = response.headers.get("cache-status");
  if (text === null) throw new Error(`no Cache-Status on ${response.status} ${response.url}`);
  const [cache = "", ...parameters] = text.split(";").map((part) => part.trim());
  const status: CacheStatus = { cache };
  for (const parameter of parameters) {
    const [name = "", value] = parameter.split("=");
    status[name] = value === undefined ? true : /^-?\d+$/.test(value) ? Number(value) : value;
  }
  return status;
}

/** The targets of a `Link` header (RFC 8288) by rel, in its order; none if it is absent. */
export function links(response: Pick<Response, "headers">): Map<string, URL> {
  const header = response.headers.get("link") ?? "";
  return new Map(
    [...header.matchAll(/<([^>]*)>; rel="([^"]*)"/g)].map(([, target = "", rel = ""]) => [rel, new URL(target)]),
  );
}

/** A comma-separated header as lower-case items; none if it is absent. */
export function items(response: Pick<Response, "headers">, name: string): string[] {
  const text = response.headers.get(name) ?? "";
  return text
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "");
}
