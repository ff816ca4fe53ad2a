import { notable } from "../stand-in/octocat.ts";

/** What clients can ask for: a title, and paths that they share among themselves. */
export interface Target {
  title: string;
  paths: string[];
}

const listed = Array.from({ length: 30 }, (_, index) => `/users/octocat/gists?per_page=4&page=${index + 1}`);

/** The choices of the page, by id. */
export const targets: Record<string, Target> = {
  list: { title: "octocat's gists", paths: ["/users/octocat/gists"] },
  gist: { title: "one gist, hello_world.rb", paths: [`/gists/${notable.forked}`] },
  public: { title: "public gists", paths: ["/gists/public"] },
  pages: { title: "30 pages of octocat's gists", paths: listed },
  missing: { title: "a user that does not exist", paths: ["/users/nobody-of-that-name/gists"] },
};

/** A path on the servers, with its query; never another origin. */
const path = /^\/(?![/\\])[\w\-./?=&%~+,:@[\]]{0,300}$/;

/** The target of an id, or of a path; undefined for anything else. */
export function toTarget(text: string): Target | undefined {
  if (Object.hasOwn(targets, text)) return targets[text];
  return path.test(text) ? { title: text, paths: [text] } : undefined;
}
