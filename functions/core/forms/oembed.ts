import type { Form } from "../cache/forms.ts";
import { readGist, sandbox } from "./embed.ts";
import { escapeMarkup } from "./markup.ts";

const maxWidth = 700;
const leastHeight = 120;
const maxHeight = 500;

/** Heights in the view, in pixels: of a line, of a file's heading, and of what is around the files. */
const line = 18;
const heading = 55;
const around = 80;

/** What an address names. */
export interface Named {
  gist_id: string;
  sha: string | undefined;
  file: string | undefined;
}

const ofGitHub = /^\/(?:[\w[\]-]+\/)?([\da-f]{20}|[\da-f]{32}|\d+)(?:\/([\da-f]{7,64}))?\/?$/i;
const ofEmbed = /^\/embed\/([\da-f]{1,64})(?:\/([\da-f]{7,64}))?$/i;

/**
 * The gist that an address names: a page of gist.github.com, of the explorer, or an embedded view. Undefined for any
 * other address.
 * @param root the address of this service, without a slash at the end
 */
export function toNamed(address: URL, root: string): Named | undefined {
  const { protocol, hostname, pathname, searchParams, href } = address;
  if (/^https?:$/.test(protocol) && hostname === "gist.github.com") {
    const [, id, sha] = ofGitHub.exec(pathname) ?? [];
    return id === undefined ? undefined : { gist_id: id, sha, file: undefined };
  }
  if (!href.startsWith(`${root}/`)) return undefined;
  const own = pathname.slice(new URL(root).pathname.replace(/\/$/, "").length);
  const file = searchParams.get("file") || undefined;
  if (own === "/") {
    const id = searchParams.get("gist");
    return id !== null && /^[\da-f]{1,64}$/i.test(id) ? { gist_id: id, sha: undefined, file } : undefined;
  }
  const [, id, sha] = ofEmbed.exec(own) ?? [];
  return id === undefined ? undefined : { gist_id: id, sha, file };
}

export interface OembedOptions {
  named: Named;
  root: string;
  format: "json" | "xml";
  maxwidth: number | undefined;
  maxheight: number | undefined;
  /** How long a consumer may keep the response, in seconds. */
  lifetime: number;
}

/** The address of the view of a gist. */
export function toEmbedAddress({ gist_id: id, sha, file }: Named, root: string): string {
  const path = sha === undefined ? id : `${id}/${sha}`;
  return `${root}/embed/${path.toLowerCase()}${file === undefined ? "" : `?file=${encodeURIComponent(file)}`}`;
}

/**
 * https://oembed.com, section 2.3: a gist as type `rich`. Undefined if it has no file of the address's name.
 * @param body GitHub's JSON of one gist
 */
export function toOembed(body: Uint8Array, options: OembedOptions): Form | undefined {
  const { named, root, format, maxwidth = maxWidth, maxheight = maxHeight, lifetime } = options;
  const { title, login, profile, files } = readGist(body);
  const width = Math.min(maxwidth, maxWidth);
  const shown = files.filter(({ filename }) => named.file === undefined || filename === named.file);
  if (named.file !== undefined && shown.length === 0) return undefined;
  const wanted = shown.reduce((sum, { content }) => sum + heading + line * toLines(content), around);
  const height = Math.min(Math.max(wanted, leastHeight), maxHeight, maxheight);
  const frame =
    `<iframe src="${escapeMarkup(toEmbedAddress(named, root))}" width="${width}" height="${height}" ` +
    `title="${escapeMarkup(`Gist by ${login}: ${title}`)}" sandbox="${sandbox}" loading="lazy" ` +
    `style="border:0;max-width:100%"></iframe>`;
  const fields = {
    version: "1.0",
    type: "rich",
    html: frame,
    width,
    height,
    title,
    author_name: login,
    ...(profile !== undefined && { author_url: profile }),
    provider_name: "Edge Gists",
    provider_url: `${root}/`,
    cache_age: lifetime,
  };
  const text =
    format === "json"
      ? JSON.stringify(fields)
      : `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>${Object.entries(fields)
          .map(([name, value]) => `<${name}>${escapeMarkup(String(value))}</${name}>`)
          .join("")}</oembed>\n`;
  const contentType = `${format === "json" ? "application/json" : "text/xml"}; charset=utf-8`;
  return { body: new TextEncoder().encode(text), contentType, link: undefined };
}

function toLines(content: unknown): number {
  return typeof content === "string" ? content.split("\n", 100).length : 0;
}
