/**
 * The path under which GitHub Enterprise Server has its REST API. Clients that are configured for it add this path
 * (https://docs.github.com/enterprise-server@latest/rest/using-the-rest-api/getting-started-with-the-rest-api).
 */
export const enterprisePrefix = "/api/v3";

/** A request's path, in two parts. */
export interface SplitPath {
  /** `/api/v3` if the client used it, else empty: links and URLs in bodies keep it. */
  prefix: string;
  /** The path below, as routes have it. */
  path: string;
}

/**
 * Splits a path into prefix and route.
 * - Slashes at the front count as one: a client joins a base URL that ends in a slash with a path that begins with one.
 * - The path of `PUBLIC_URL` is removed, where a proxy has not removed it.
 * - The prefix twice counts as one: links are paths where the host is not known, and clients such as Octokit join them
 *   with a base URL that has the prefix too.
 * @param publicPath such as `/gist-cache`, or empty
 */
export function splitPath(received: string, publicPath: string): SplitPath {
  let path = received.replace(/^\/{2,}/, "/");
  path = below(path, publicPath) ?? path;
  const api = below(path, enterprisePrefix);
  return api === undefined
    ? { prefix: "", path }
    : { prefix: enterprisePrefix, path: below(api, enterprisePrefix) ?? api };
}

/** The path of `PUBLIC_URL`, without a slash at the end; empty if it has none. */
export function toPublicPath(publicUrl: string | undefined): string {
  return publicUrl === undefined ? "" : new URL(publicUrl).pathname.replace(/\/+$/, "");
}

/** The rest of a path below a prefix; undefined if the path is elsewhere. */
function below(path: string, prefix: string): string | undefined {
  if (prefix === "" || !path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  if (rest === "") return "/";
  return rest.startsWith("/") ? rest.replace(/^\/{2,}/, "/") : undefined;
}
