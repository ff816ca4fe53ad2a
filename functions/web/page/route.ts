import { isSort, type Selection } from "../list/select.ts";

/**
 * The view that the address names: `/?user=octocat&page=2`, `/?user=octocat&all&filter=cache&sort=updated`, `/?gist=<id>&file=<name>`, `/?gist=<id>&revision=<sha>`,
 * `/?gist=<id>&show=history`, `/?gist=<id>&from=<sha>&to=<sha>`, `/?public`.
 */
export type Route =
  | { view: "home" }
  /** With `all` the gists of all pages. */
  | ({ view: "user"; user: string; all?: boolean } & Paging & Selection)
  | ({ view: "public" } & Paging & Selection)
  /** Without `revision` the newest. */
  | { view: "gist"; gist: string; file: string | undefined; revision?: string | undefined }
  | PartRoute
  /** Without `from` the changes since the revision before `to`. */
  | { view: "changes"; gist: string; from: string | undefined; to: string };

interface Paging {
  page: string | undefined;
  perPage: string | undefined;
}

/** A list that belongs to a gist. */
export interface PartRoute {
  view: Part;
  gist: string;
  page: string | undefined;
}

/** The lists that belong to a gist. */
export type Part = "history" | "forks" | "comments";

const parts: Record<Part, string> = { history: "commits", forks: "forks", comments: "comments" };
const isPart = (name: string | undefined): name is Part => name !== undefined && Object.hasOwn(parts, name);

/** The path that the page, the API and all files are below: empty, or a path such as `/gist-cache`. */
export const base = globalThis.location?.pathname.replace(/\/$/, "") ?? "";

/** Reads the query of an address. */
export function parseRoute(search: string): Route {
  const query = new URLSearchParams(search);
  const get = (name: string) => query.get(name) || undefined;
  const gist = get("gist");
  if (gist !== undefined) {
    const [show, to] = [get("show"), get("to")];
    if (isPart(show)) return { view: show, gist, page: get("page") };
    if (to !== undefined) return { view: "changes", gist, from: get("from"), to };
    return { view: "gist", gist, file: get("file"), revision: get("revision") };
  }
  const paging = { page: get("page"), perPage: get("per_page") };
  const sort = get("sort");
  const selection = { filter: get("filter"), language: get("language"), ...(isSort(sort) && { sort }) };
  const user = get("user");
  if (user !== undefined) return { view: "user", user, ...paging, ...selection, all: query.has("all") };
  if (query.has("public")) return { view: "public", ...paging, ...selection };
  const typed = get("q");
  return typed === undefined ? { view: "home" } : (interpret(typed) ?? { view: "home" });
}

/** The address of a route. */
export function toHref(route: Route): string {
  const query = new URLSearchParams();
  const set = (name: string, value: string | undefined) => value !== undefined && query.set(name, value);
  if ("gist" in route) {
    query.set("gist", route.gist);
    if (route.view === "gist") {
      set("revision", route.revision);
      set("file", route.file);
    } else if (route.view === "changes") {
      set("from", route.from);
      set("to", route.to);
    } else {
      query.set("show", route.view);
      set("page", route.page);
    }
    return `${base}/?${query}`;
  }
  if (route.view === "home") return `${base}/`;
  if (route.view === "user") query.set("user", route.user);
  set("page", route.page);
  set("per_page", route.perPage);
  if (route.view === "user" && route.all) query.set("all", "true");
  set("filter", route.filter);
  set("language", route.language);
  set("sort", route.sort);
  if (route.view === "user") return `${base}/?${query}`;
  return query.size === 0 ? `${base}/?public` : `${base}/?public&${query}`;
}

/** The API's address for a gist, or for one revision of it. */
export function toGistTarget(gist: string, revision?: string): string {
  return `${base}/gists/${[gist, ...(revision === undefined ? [] : [revision])].map(encodeURIComponent).join("/")}`;
}

/** The service's address for the bytes of a file. */
export function toRawTarget(filename: string, gist: string, revision?: string): string {
  return `${toGistTarget(gist, revision)}/raw/${encodeURIComponent(filename)}`;
}

/** The API's address for a route; undefined for a view without a request. */
export function toTarget(route: Route): string | undefined {
  if (route.view === "home") return undefined;
  if (route.view === "gist") return toGistTarget(route.gist, route.revision);
  if (route.view === "changes") return toGistTarget(route.gist, route.to);
  if ("gist" in route) {
    const page = route.page === undefined ? "" : `?page=${encodeURIComponent(route.page)}`;
    return `${toGistTarget(route.gist)}/${parts[route.view]}${page}`;
  }
  const query = new URLSearchParams();
  if (route.view === "user" && route.all) return `${base}/users/${encodeURIComponent(route.user)}/gists?all=true`;
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
  const address =
    /^(?:https?:\/\/)?(gist\.)?github\.com\/([^/?#]+)(?:\/([\da-f]+))?(?:\/([\da-f]{40}|revisions)\b)?/i.exec(text);
  if (address) {
    const [, isGist, first = "", second, third] = address;
    if (isGist && second !== undefined && third === "revisions")
      return { view: "history", gist: second, page: undefined };
    if (isGist && second !== undefined) return { view: "gist", gist: second, file: undefined, revision: third };
    return isGist && isGistId(first) ? gist(first) : user(first);
  }
  return isGistId(text) ? gist(text) : user(text.replace(/^@/, ""));
}

function isGistId(text: string): boolean {
  return /^(?:[\da-f]{20}|[\da-f]{32}|\d+)$/i.test(text);
}
