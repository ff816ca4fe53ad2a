import { randomInt } from "node:crypto";
import { notable } from "../../../stand-in/octocat.ts";
import { freshGistId, freshName, freshSince } from "./fresh.ts";
import { runtime } from "./service.ts";
import { askGitHub } from "./stand-in.ts";

/** One row of the table of resources: where the service has it, and where GitHub has it. */
export interface ResourceRow {
  /** The template of its path, as in the OpenAPI document. */
  name: string;
  /** Path parameters of an existing resource. */
  params: (github: string) => Promise<Record<string, string>>;
  /** An existing resource below the service's origin. */
  path: (github: string) => Promise<string>;
  /** The same resource below GitHub's origin; undefined if this service derives it from another. */
  upstream: ((path: string) => string) | undefined;
}

interface More {
  /** It takes `since`: every path is then a fresh one. */
  since?: true;
  /** It is made from another resource. */
  derived?: true;
  /** Query parameters that it must have. */
  query?: Record<string, string>;
  upstream?: (path: string) => string;
}

/** @param given path parameters of an example at the stand-in; no other row may name what GitHub is asked for */
function row(
  name: string,
  given: Record<string, string> | ResourceRow["params"],
  { since, derived, query = {}, upstream = (path) => path }: More = {},
): ResourceRow {
  const params = typeof given === "function" ? given : () => Promise.resolve(given);
  const path = async (github: string) => {
    const parameters = new URLSearchParams({ ...query, ...(since && { since: freshSince() }) });
    return `${fill(name, await params(github))}${parameters.size === 0 ? "" : `?${parameters}`}`;
  };
  return { name, params, path, upstream: derived ? undefined : upstream };
}

/** A template with its parameters filled in. @throws Error if one has no value */
export function fill(template: string, params: Record<string, string>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`no value for {${name}} of ${template}`);
    return value;
  });
}

/** An older revision of a gist that has sixty: the first is what the gist itself shows. */
async function revision(github: string, age = 1): Promise<Record<string, string>> {
  const response = await askGitHub(github, `/gists/${notable.revised}/commits`);
  const commits = (await response.json()) as { version: string }[];
  return { gist_id: notable.revised, sha: commits[age]?.version ?? "" };
}

async function comment(github: string): Promise<Record<string, string>> {
  const response = await askGitHub(github, `/gists/${notable.talkative}/comments?per_page=1`);
  const comments = (await response.json()) as { id: number }[];
  return { gist_id: notable.talkative, comment_id: String(comments[0]?.id) };
}

/** Every operation that asks GitHub, by an example. */
export const resources: readonly ResourceRow[] = [
  row(
    "/{username}",
    { username: "octocat" },
    { since: true, upstream: (path) => path.replace("/octocat", "/users/octocat/gists") },
  ),
  row("/users/{username}/gists", { username: "octocat" }, { since: true }),
  row("/users/{username}/gists.atom", { username: "octocat" }, { since: true, derived: true }),
  row("/gists/public.atom", {}, { since: true, derived: true }),
  row("/{username}.atom", { username: "octocat" }, { since: true, derived: true }),
  row("/gists", {}, { since: true, upstream: (path) => path.replace("/gists", "/gists/public") }),
  row("/gists/public", {}, { since: true }),
  row("/embed/{gist_id}", { gist_id: notable.blank }, { derived: true }),
  row("/embed/{gist_id}/{sha}", (github) => revision(github, 4), { derived: true }),
  row("/oembed", {}, { derived: true, query: { url: `https://gist.github.com/octocat/${notable.undescribed}` } }),
  row("/users/{username}", { username: "octocat" }),
  row("/gists/{gist_id}", { gist_id: notable.manyFiles }),
  row("/gists/{gist_id}/{sha}", (github) => revision(github)),
  row("/gists/{gist_id}/commits", { gist_id: notable.revised }),
  row("/gists/{gist_id}/forks", { gist_id: notable.forked }),
  row("/gists/{gist_id}/comments", { gist_id: notable.talkative }),
  row("/gists/{gist_id}/comments/{comment_id}", comment),
  row("/gists/{gist_id}/raw", { gist_id: notable.letters }, { derived: true }),
  row("/gists/{gist_id}/raw/{filename}", { gist_id: notable.binary, filename: "control.txt" }, { derived: true }),
  row("/gists/{gist_id}/{sha}/raw", (github) => revision(github, 2), { derived: true }),
  row(
    "/gists/{gist_id}/{sha}/raw/{filename}",
    async (github) => ({ ...(await revision(github, 3)), filename: "diary.md" }),
    { derived: true },
  ),
];

/** Those of which GitHub's bytes are passed on. */
export const passedOn = resources.flatMap(({ upstream, ...row }) => (upstream ? [{ ...row, upstream }] : []));

/** Every parameter of a path: a value that the stand-in does not know, and one that cannot exist. */
export const pathParameters: Record<string, { unknown: () => string; malformed: string }> = {
  username: { unknown: freshName, malformed: "_octocat" },
  gist_id: { unknown: freshGistId, malformed: "xyz" },
  sha: { unknown: freshGistId, malformed: "abc" },
  filename: { unknown: freshName, malformed: "a%2Fb" },
  comment_id: { unknown: () => String(randomInt(1, 1_000_000)), malformed: "0" },
};

/** Every parameter of a query, with a value that is refused. */
export const queryParameters: Record<string, string> = {
  since: "yesterday",
  per_page: "many",
  page: "next",
  all: "some",
  file: "",
  url: "nowhere",
  format: "yaml",
  maxwidth: "wide",
  maxheight: "0",
  download: "maybe",
};

/** Routes that the document describes and that the service serves without GitHub. */
export const services: readonly string[] = [
  "/rate_limit",
  "/health",
  "/health/ready",
  "/metrics",
  "/openapi.json",
  "/openapi-3.0.json",
];

/** What browsers and crawlers ask for: no operations. */
export const pages: readonly string[] = ["/", "/docs", "/favicon.ico", "/robots.txt"];

/** False of what those in front keep to themselves: the mesh's gateway lets nobody to the metrics. */
export const isReachable = (path: string): boolean => runtime !== "gateway" || path !== "/metrics";

/** Routes that the service serves without GitHub. */
export const local: readonly string[] = [...pages, ...services].filter(isReachable);
