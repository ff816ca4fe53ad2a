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
  owner: string | undefined;
  htmlUrl: string | undefined;
  createdAt: string | undefined;
  updatedAt: string | undefined;
  comments: number;
  files: GistFile[];
  /** True if GitHub omits files. */
  truncated: boolean;
  /** Known of a single gist only. */
  revisions: number | undefined;
  forks: number | undefined;
}

type Fields = Record<string, unknown>;

/** The gists of a list; other items are dropped. Undefined if the body is not a list. */
export function toGists(body: unknown): Gist[] | undefined {
  return Array.isArray(body) ? body.map(toGist).filter((gist) => gist !== undefined) : undefined;
}

/** A gist from GitHub's JSON; undefined if it is not one. Every member is checked. */
export function toGist(body: unknown): Gist | undefined {
  if (!isFields(body) || typeof body["id"] !== "string") return undefined;
  const { id, description, owner, files, comments, history, forks } = body;
  return {
    id,
    description: typeof description === "string" ? description.trim() : "",
    owner: isFields(owner) ? toText(owner["login"]) : undefined,
    htmlUrl: toHttps(body["html_url"]),
    createdAt: toText(body["created_at"]),
    updatedAt: toText(body["updated_at"]),
    comments: typeof comments === "number" ? comments : 0,
    files: isFields(files) ? Object.values(files).flatMap(toFile) : [],
    truncated: body["truncated"] === true,
    revisions: Array.isArray(history) ? history.length : undefined,
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

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Links lead to http(s) addresses only, never to `javascript:` or `data:`. */
function toHttps(value: unknown): string | undefined {
  return typeof value === "string" && value.startsWith("https://") && URL.canParse(value) ? value : undefined;
}
