import type { Resource } from "../model.ts";
import type { Representation } from "../http/negotiate.ts";

/** Validated query parameters: an undefined one is absent and has no default. */
export type Query = Record<string, string | number | undefined>;

/**
 * Names a resource by all that its response depends on, and nothing else. The caller validates path segments and
 * converts them to lower case, and passes default values of parameters.
 *
 * The key has none of the characters that unstorage rewrites (`?` cuts, `/` and `\` become `:`), and
 * a `,` inside a value is percent-encoded, so that different resources have different keys.
 */
export function toResource(segments: readonly string[], query: Query, representation: Representation): Resource {
  const parameters = Object.entries(query)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const path = segments.map(encodeURIComponent);
  return {
    key: [representation.apiVersion, representation.param, path.join(","), ...parameters].join(","),
    path: `/${path.join("/")}${parameters.length > 0 ? `?${parameters.join("&")}` : ""}`,
    accept: representation.accept,
    apiVersion: representation.apiVersion,
  };
}
