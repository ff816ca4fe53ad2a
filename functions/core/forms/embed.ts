import type { Form } from "../cache/forms.ts";
import { escapeMarkup, toFields, toHttps, toLine, toSize, toText } from "./markup.ts";

/** Most files of a view, and most of each that is shown, in lines and in characters. */
const maxFiles = 10;
const maxLines = 500;
const maxCharacters = 50_000;

/** Characters that reorder text: code could read unlike it runs (https://trojansource.codes). */
const reordering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const style = `:root{color-scheme:light dark;font:14px/1.45 system-ui,sans-serif;--line:#8884;--soft:#59636e}
@media (prefers-color-scheme:dark){:root{--soft:#9198a1}}
body{margin:0;border:1px solid var(--line);border-radius:6px;overflow:hidden;background:Canvas;color:CanvasText}
header,footer,h2,p{margin:0;padding:8px 12px;font-size:13px;font-weight:400;overflow-wrap:anywhere}
header{font-weight:600}
h2,footer{border-top:1px solid var(--line);background:#8881}
h2 span,footer,p{color:var(--soft)}
a{color:LinkText}
pre{margin:0;padding:8px 12px;overflow:auto;border-top:1px solid var(--line);font:12px/1.5 ui-monospace,monospace;tab-size:4}
mark{font-size:10px}`;

/**
 * The policy of the view: it may be in a frame of any page, runs no script wherever it is, and loads nothing but the
 * style that it has. `sandbox` gives it an origin of its own.
 */
export async function toEmbedPolicy(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors *",
    `sandbox ${sandbox}`,
  ].join("; ");
}

/** Links open in a tab, which is not sandboxed. Nothing else is allowed. */
export const sandbox = "allow-popups allow-popups-to-escape-sandbox";

/** A gist, as far as its view shows it. */
export interface Shown {
  title: string;
  login: string;
  profile: string | undefined;
  page: string | undefined;
  files: Record<string, unknown>[];
}

/** @param body GitHub's JSON of one gist */
export function readGist(body: Uint8Array): Shown {
  const gist = toFields(JSON.parse(new TextDecoder().decode(body)));
  const files = Object.values(toFields(gist["files"])).map(toFields);
  const owner = toFields(gist["owner"]);
  return {
    title: toLine(toText(gist["description"]), 200) || toLine(toText(files[0]?.["filename"]), 200) || "Gist",
    login: toText(owner["login"], "anonymous"),
    profile: toHttps(owner["html_url"]),
    page: toHttps(gist["html_url"]),
    files,
  };
}

export interface EmbedOptions {
  /** The name of the one file to show; undefined for all. */
  file: string | undefined;
  /** The address of this view for oEmbed; undefined if the service does not know its host. */
  oembed: string | undefined;
}

/** The view of a gist as a page of its own, without a script. Undefined if it has no such file. */
export function toEmbed(body: Uint8Array, { file, oembed }: EmbedOptions): Form | undefined {
  const gist = readGist(body);
  const wanted = gist.files.filter(({ filename }) => file === undefined || filename === file);
  if (file !== undefined && wanted.length === 0) return undefined;
  const shown = wanted.slice(0, maxFiles);
  const left = wanted.length - shown.length;
  const html = [
    `<!doctype html>`,
    `<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">`,
    `<title>${escapeMarkup(name(`${gist.login}: ${gist.title}`))}</title>`,
    ...(oembed === undefined
      ? []
      : [`<link rel="alternate" type="application/json+oembed" href="${escapeMarkup(oembed)}">`]),
    `<style>${style}</style>`,
    `<header>${link(gist.page, `${gist.login}: ${gist.title}`)}</header>`,
    ...shown.map((one) => toSection(one, gist.page)),
    ...(left > 0 ? [`<p>${left} more files: ${link(gist.page, "the whole gist")}</p>`] : []),
    `<footer>${link(gist.page, "View on GitHub")}</footer>`,
    `</html>`,
  ];
  return {
    body: new TextEncoder().encode(`${html.join("\n")}\n`),
    contentType: "text/html; charset=utf-8",
    link: undefined,
  };
}

function toSection(file: Record<string, unknown>, page: string | undefined): string {
  const { filename, language, size, raw_url: rawUrl, content, truncated, encoding } = file;
  const details = [toText(language), toSize(size)].filter((text) => text !== "").join(", ");
  const whole = toHttps(rawUrl) ?? page;
  const heading = `<h2>${link(whole, toText(filename))} <span>${mark(details)}</span></h2>`;
  if (encoding === "base64") return `${heading}\n<p>No text: ${link(whole, "the file")}</p>`;
  const { excerpt, isCut } = cut(toText(content));
  const more = isCut || truncated === true ? `\n<p>Shown in part: ${link(whole, "the whole file")}</p>` : "";
  return `${heading}\n<pre tabindex="0"><code>${mark(excerpt)}</code></pre>${more}`;
}

function cut(text: string): { excerpt: string; isCut: boolean } {
  let end = 0;
  for (let lines = 0; lines < maxLines; lines++) {
    const next = text.indexOf("\n", end);
    end = next === -1 ? text.length : next + 1;
    if (end >= Math.min(text.length, maxCharacters)) break;
  }
  const excerpt = text.slice(0, Math.min(end, maxCharacters));
  return { excerpt, isCut: excerpt.length < text.length };
}

/** Shows characters that reorder text by their names. */
function name(text: string, before = "", after = ""): string {
  return text.replaceAll(
    reordering,
    (character) => `${before}U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}${after}`,
  );
}

/** Text as markup, with these names marked. */
function mark(text: string): string {
  return name(escapeMarkup(text), "<mark>", "</mark>");
}

function link(href: string | undefined, text: string): string {
  const shown = mark(text);
  if (href === undefined) return shown;
  return `<a href="${escapeMarkup(href)}" target="_blank" rel="noopener noreferrer nofollow">${shown}</a>`;
}
