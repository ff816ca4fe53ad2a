import type { GistFile } from "../edge/gists.ts";
import { toHref } from "../page/route.ts";

/** A gist's files and addresses, for what a document refers to. */
export interface Surroundings {
  gist: string;
  /** The revision that the files are of; undefined for the newest. */
  revision?: string | undefined;
  htmlUrl: string | undefined;
  files: readonly GistFile[];
  /** Prefix of the anchors of the document's headings. */
  anchor: string;
  /** Pictures inside a notebook's cell, by name. */
  attachments?: Record<string, string>;
}

/**
 * The address of a link: a heading of the document, a file of the gist, or an http(s) URL. Undefined for anything else,
 * as the browser's own URL parser reads it: `java\tscript:` is `javascript:`.
 */
export function toLinkAddress(
  href: string,
  { gist, revision, htmlUrl, files, anchor }: Surroundings,
): string | undefined {
  if (href.startsWith("#")) return `#${toHeadingId(anchor, toDecoded(href.slice(1)))}`;
  const file = findFile(href, files);
  if (file) return toHref({ view: "gist", gist, revision, file: file.filename });
  return toHttpUrl(href, htmlUrl === undefined ? undefined : `${htmlUrl}/`);
}

/** The id of a heading: its prefix keeps it apart from the ids of the page. */
export function toHeadingId(anchor: string, slug: string): string {
  return `${anchor}-h-${slug.replace(/^user-content-/, "")}`;
}

/** The file of the gist that a relative address names. */
export function findFile(href: string, files: readonly GistFile[]): GistFile | undefined {
  const name = toDecoded(href.replace(/^\.\//, "").replace(/[?#].*$/s, ""));
  return files.find(({ filename }) => filename === name);
}

/** A URL with http or https; undefined for any other. */
export function toHttpUrl(href: string, base?: string): string | undefined {
  const url = URL.canParse(href, base) ? new URL(href, base) : undefined;
  return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : undefined;
}

/** Without percent-encoding; as it is if that is broken. */
export function toDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
