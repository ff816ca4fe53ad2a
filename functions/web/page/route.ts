/** The view that the address names: `/?user=octocat&page=2`, `/?gist=<id>&file=<name>`, `/?public`. */
export type Route =
  | { view: "home" }
  | { view: "user"; user: string; page: string | undefined; perPage: string | undefined }
  | { view: "public"; page: string | undefined; perPage: string | undefined }
  | { view: "gist"; gist: string; file: string | undefined };

/** The path that the page, the API and all files are below: empty, or a path such as `/gist-cache`. */
export const base = globalThis.location?.pathname.replace(/\/$/, "") ?? "";

/** Reads the query of an address. */
export function parseRoute(search: string): Route {
  const query = new URLSearchParams(search);
  const get = (name: string) => query.get(name) || undefined;
  const gist = get("gist");
  if (gist !== undefined) return { view: "gist", gist, file: get("file") };
  const paging = { page: get("page"), perPage: get("per_page") };
  const user = get("user");
  if (user !== undefined) return { view: "user", user, ...paging };
  if (query.has("public")) return { view: "public", ...paging };
  const typed = get("q");
  return typed === undefined ? { view: "home" } : (interpret(typed) ?? { view: "home" });
}

/** The address of a route. */
export function toHref(route: Route): string {
  const query = new URLSearchParams();
  if (route.view === "gist") {
    query.set("gist", route.gist);
    if (route.file !== undefined) query.set("file", route.file);
    return `${base}/?${query}`;
  }
  if (route.view === "home") return `${base}/`;
  if (route.view === "user") query.set("user", route.user);
  if (route.page !== undefined) query.set("page", route.page);
  if (route.perPage !== undefined) query.set("per_page", route.perPage);
  if (route.view === "user") return `${base}/?${query}`;
  return query.size === 0 ? `${base}/?public` : `${base}/?public&${query}`;
}

/** The API's address for a route; undefined for a view without a request. */
export function toTarget(route: Route): string | undefined {
  if (route.view === "home") return undefined;
  if (route.view === "gist") return `${base}/gists/${encodeURIComponent(route.gist)}`;
  const query = new URLSearchParams();
  if (route.perPage !== undefined) query.set("per_page", route.perPage);
  if (route.page !== undefined) query.set("page", route.page);
  const path = `${base}${route.view === "user" ? `/users/${encodeURIComponent(route.user)}/gists` : "/gists/public"}`;
  return query.size === 0 ? path : `${path}?${query}`;
}

/**
 * The target of typed or pasted text: an address of GitHub, a gist's id (20 or 32 hexadecimal digits, or an old decimal
 * one) or a username. Undefined for empty text.
 */
export function interpret(typed: string): Route | undefined {
  const text = typed.trim();
  if (text === "") return undefined;
  const gist = (id: string): Route => ({ view: "gist", gist: id, file: undefined });
  const user = (name: string): Route => ({ view: "user", user: name, page: undefined, perPage: undefined });
  const address = /^(?:https?:\/\/)?(gist\.)?github\.com\/([^/?#]+)(?:\/([\da-f]+))?/i.exec(text);
  if (address) {
    const [, isGist, first = "", second] = address;
    if (isGist && second !== undefined) return gist(second);
    return isGist && isGistId(first) ? gist(first) : user(first);
  }
  return isGistId(text) ? gist(text) : user(text.replace(/^@/, ""));
}

function isGistId(text: string): boolean {
  return /^(?:[\da-f]{20}|[\da-f]{32}|\d+)$/i.test(text);
}
