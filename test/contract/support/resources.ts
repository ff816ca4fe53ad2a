import { notable } from "../../../stand-in/octocat.ts";
import { freshSince } from "./fresh.ts";
import { runtime } from "./service.ts";
import { askGitHub } from "./stand-in.ts";

/** One row of the table of GitHub's resources: where the service has it, and where GitHub has it. */
export interface ResourceRow {
  name: string;
  /** An existing resource below the service's origin. */
  path: (github: string) => Promise<string>;
  /** The same resource below GitHub's origin. */
  upstream: (path: string) => string;
}

const same = (path: string) => path;
const at = (path: string) => () => Promise.resolve(path);

/** The second revision of a gist that has sixty: the first is what the gist itself shows. */
async function revisionPath(github: string): Promise<string> {
  const response = await askGitHub(github, `/gists/${notable.revised}/commits?per_page=2`);
  const commits = (await response.json()) as { version: string }[];
  return `/gists/${notable.revised}/${commits[1]?.version}`;
}

async function commentPath(github: string): Promise<string> {
  const response = await askGitHub(github, `/gists/${notable.talkative}/comments?per_page=1`);
  const comments = (await response.json()) as { id: number }[];
  return `/gists/${notable.talkative}/comments/${comments[0]?.id}`;
}

/** GitHub's resources, each by an example. Lists that know `since` are asked with a fresh one. */
export const resources: readonly ResourceRow[] = [
  {
    name: "/{username}",
    path: () => Promise.resolve(`/octocat?since=${freshSince()}`),
    upstream: (path) => path.replace("/octocat", "/users/octocat/gists"),
  },
  {
    name: "/users/{username}/gists",
    path: () => Promise.resolve(`/users/octocat/gists?since=${freshSince()}`),
    upstream: same,
  },
  { name: "/gists/public", path: () => Promise.resolve(`/gists/public?since=${freshSince()}`), upstream: same },
  { name: "/gists/{gist_id}", path: at(`/gists/${notable.manyFiles}`), upstream: same },
  { name: "/gists/{gist_id}/{sha}", path: revisionPath, upstream: same },
  { name: "/gists/{gist_id}/commits", path: at(`/gists/${notable.revised}/commits`), upstream: same },
  { name: "/gists/{gist_id}/forks", path: at(`/gists/${notable.forked}/forks`), upstream: same },
  { name: "/gists/{gist_id}/comments", path: at(`/gists/${notable.talkative}/comments`), upstream: same },
  { name: "/gists/{gist_id}/comments/{comment_id}", path: commentPath, upstream: same },
];

/** What the service answers without GitHub. The mesh's gateway lets nobody to the metrics. */
export const local: readonly string[] = [
  "/",
  "/rate_limit",
  "/health",
  "/health/ready",
  ...(runtime === "gateway" ? [] : ["/metrics"]),
  "/openapi.json",
  "/docs",
  "/favicon.ico",
  "/robots.txt",
];
