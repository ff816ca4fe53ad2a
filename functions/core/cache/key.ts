import type { Resource } from "../model.ts";
import type { Representation } from "../http/negotiate.ts";

/** Query parameters as validated: a value that is undefined was not given and has no default. */
export type Query = Record<string, string | number | undefined>;

/**
 * Names a resource by what its answer varies on, and nothing else. Path segments must be validated
 * and case-folded by the caller; parameters must carry their defaults.
 *
 * The key has none of the characters that unstorage rewrites (`?` cuts, `/` and `\` become `:`), and
 * a `,` inside a value is percent-encoded, so that distinct resources have distinct keys.
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
