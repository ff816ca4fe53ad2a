import { isFields, type Person, toPerson, toText } from "./person.ts";

/** A file of a gist, as far as the page shows it. */
export interface GistFile {
  filename: string;
  type: string;
  language: string | undefined;
  /** Bytes of the whole file. */
  size: number;
  /** The file on GitHub; undefined if that is not an https address. */
  rawUrl: string | undefined;
  /** Undefined in lists. */
  content: string | undefined;
  /** True if `content` is only the beginning, or nothing. */
  truncated: boolean;
  base64: boolean;
}

/** A gist, of a list or alone. */
export interface Gist {
  id: string;
  description: string;
  owner: Person | undefined;
  htmlUrl: string | undefined;
  createdAt: string | undefined;
  updatedAt: string | undefined;
  comments: number;
  files: GistFile[];
  /** True if GitHub omits files. */
  truncated: boolean;
  /** Newest first, up to the one that was asked for. Known of a single gist only. */
  history: Revision[] | undefined;
  /** Known of a single gist only. */
  forks: number | undefined;
}

/** A revision of a gist. */
export interface Revision {
  sha: string;
  author: Person | undefined;
  committedAt: string | undefined;
  /** Lines; undefined where GitHub has no diff. */
  additions: number | undefined;
  deletions: number | undefined;
}

/** A comment on a gist. */
export interface Comment {
  author: Person | undefined;
  createdAt: string | undefined;
  updatedAt: string | undefined;
  /** Markdown, as written. */
  body: string;
  /** True if the gist's owner wrote it. */
  byOwner: boolean;
}

/** The gists of a list; other items are dropped. Undefined if the body is not a list. */
export function toGists(body: unknown): Gist[] | undefined {
  return toList(body, toGist);
}

/** The revisions of a list; undefined if the body is not a list. */
export function toRevisions(body: unknown): Revision[] | undefined {
  return toList(body, toRevision);
}

/** The comments of a list; undefined if the body is not a list. */
export function toComments(body: unknown): Comment[] | undefined {
  return toList(body, toComment);
}

/** A gist from GitHub's JSON; undefined if it is not one. Every member is checked. */
export function toGist(body: unknown): Gist | undefined {
  if (!isFields(body) || typeof body["id"] !== "string") return undefined;
  const { id, description, owner, files, comments, history, forks } = body;
  return {
    id,
    description: typeof description === "string" ? description.trim() : "",
    // A gist's own list of its forks has their owners as `user`.
    owner: toPerson(owner ?? body["user"]),
    htmlUrl: toHttps(body["html_url"]),
    createdAt: toText(body["created_at"]),
    updatedAt: toText(body["updated_at"]),
    comments: typeof comments === "number" ? comments : 0,
    files: isFields(files) ? Object.values(files).flatMap(toFile) : [],
    truncated: body["truncated"] === true,
    history: toRevisions(history),
    forks: Array.isArray(forks) ? forks.length : undefined,
  };
}

function toFile(file: unknown): GistFile[] {
  if (!isFields(file) || typeof file["filename"] !== "string") return [];
  const { filename, type, language, size, raw_url: rawUrl, content, truncated, encoding } = file;
  return [
    {
      filename,
      type: toText(type) ?? "text/plain",
      language: toText(language),
      size: typeof size === "number" ? size : 0,
      rawUrl: toHttps(rawUrl),
      content: toText(content),
      truncated: truncated === true,
      base64: encoding === "base64",
    },
  ];
}

function toRevision(item: unknown): Revision | undefined {
  if (!isFields(item) || typeof item["version"] !== "string") return undefined;
  const status = isFields(item["change_status"]) ? item["change_status"] : {};
  return {
    sha: item["version"],
    author: toPerson(item["user"]),
    committedAt: toText(item["committed_at"]),
    additions: toCount(status["additions"]),
    deletions: toCount(status["deletions"]),
  };
}

function toComment(item: unknown): Comment | undefined {
  if (!isFields(item) || typeof item["body"] !== "string") return undefined;
  return {
    author: toPerson(item["user"]),
    createdAt: toText(item["created_at"]),
    updatedAt: toText(item["updated_at"]),
    body: item["body"],
    byOwner: item["author_association"] === "OWNER",
  };
}

/** The items of a list that can be read. */
function toList<Item>(body: unknown, toItem: (item: unknown) => Item | undefined): Item[] | undefined {
  return Array.isArray(body) ? body.map(toItem).filter((item) => item !== undefined) : undefined;
}

function toCount(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}

/** Links lead to http(s) addresses only, never to `javascript:` or `data:`. */
function toHttps(value: unknown): string | undefined {
  return typeof value === "string" && value.startsWith("https://") && URL.canParse(value) ? value : undefined;
}
