import type { Form } from "../cache/forms.ts";
import { escapeMarkup, toFields, toHttps, toLine, toSize, toText } from "./markup.ts";

/** Most characters of a title. */
const maxTitle = 200;

/**
 * Of an entry without a time, and of a feed without entries, which must have one (RFC 4287 section 4.1.1): when gists
 * began. Readers take earlier ones for errors.
 */
const noTime = "2008-07-21T00:00:00Z";

export interface FeedOptions {
  /** The feed's own address: absolute, or a path if the service does not know its host. */
  self: string;
  /** Stays the same whatever the feed's address is (RFC 4287 section 4.2.6). */
  id: string;
  /** The user whose gists they are; undefined for those of everyone. */
  login: string | undefined;
  version: string;
}

interface Item {
  id: string;
  title: string;
  description: string;
  page: string | undefined;
  login: string;
  profile: string | undefined;
  published: string;
  updated: string;
  files: Record<string, unknown>[];
}

/** A list of gists as an Atom feed (RFC 4287). @param body GitHub's JSON */
export function toFeed(body: Uint8Array, { self, id, login, version }: FeedOptions): Form {
  const list: unknown = JSON.parse(new TextDecoder().decode(body));
  const items = (Array.isArray(list) ? list : []).flatMap(toItem);
  const name = items.find((item) => item.login.toLowerCase() === login?.toLowerCase())?.login ?? login;
  // RFC 3339 times in UTC: their order is that of their texts.
  const updated = items.map((item) => item.updated).reduce((a, b) => (a > b ? a : b), noTime);
  const site = name === undefined ? "https://gist.github.com/discover" : `https://gist.github.com/${name}`;
  const xml = [
    `<?xml version="1.0" encoding="utf-8"?>`,
    `<feed xmlns="http://www.w3.org/2005/Atom">`,
    element("id", id),
    element("title", name === undefined ? "Public gists" : `Public gists of ${name}`),
    element("updated", updated),
    link("self", "application/atom+xml", self),
    link("alternate", "text/html", site),
    element("generator", "Edge Gists", ` version="${escapeMarkup(version)}"`),
    ...(name === undefined ? [] : [author(name, undefined)]),
    ...items.map(toEntry),
    `</feed>`,
  ];
  return {
    body: new TextEncoder().encode(`${xml.join("\n")}\n`),
    contentType: "application/atom+xml; charset=utf-8",
    lastModified: updated === noTime ? undefined : new Date(updated).toUTCString(),
  };
}

function toItem(gist: unknown): Item[] {
  const fields = toFields(gist);
  const id = toHttps(fields["url"]);
  if (id === undefined) return [];
  const files = Object.values(toFields(fields["files"])).map(toFields);
  const description = toText(fields["description"]).trim();
  const owner = toFields(fields["owner"]);
  return [
    {
      id,
      // An untitled gist is known by its first file, as on GitHub's own pages.
      title: [description, toText(files[0]?.["filename"]), "Gist"].map(visible).find((text) => text !== "")!,
      description,
      page: toHttps(fields["html_url"]),
      login: toText(owner["login"], "anonymous"),
      profile: toHttps(owner["html_url"]),
      published: toTime(fields["created_at"]),
      updated: toTime(fields["updated_at"]),
      files,
    },
  ];
}

/** A title as XML shows it: a text of control characters only is empty there. */
function visible(text: string): string {
  return toLine(text, maxTitle).replaceAll(/\p{C}/gu, "").trim() === "" ? "" : toLine(text, maxTitle);
}

function toTime(value: unknown): string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? value : noTime;
}

function toEntry(item: Item): string {
  const { id, title, page, login, profile, published, updated } = item;
  return [
    `<entry>`,
    element("id", id),
    // Readers that take a text for HTML show it too.
    element("title", escapeMarkup(title), ` type="html"`),
    ...(page === undefined ? [] : [link("alternate", "text/html", page)]),
    element("published", published),
    element("updated", updated),
    author(login, profile),
    element("content", toHtml(item), ` type="html"`),
    `</entry>`,
  ].join("\n");
}

/** The description if the title is shorter, and the files. */
function toHtml({ title, description, files }: Item): string {
  const list = files.map((file) => {
    const details = [toText(file["language"]), toSize(file["size"])].filter((text) => text !== "").join(", ");
    return `<li>${escapeMarkup(toText(file["filename"]))}${details === "" ? "" : ` (${escapeMarkup(details)})`}</li>`;
  });
  return `${description === title || description === "" ? "" : `<p>${escapeMarkup(description)}</p>`}<ul>${list.join("")}</ul>`;
}

function element(name: string, text: string, attributes = ""): string {
  return `<${name}${attributes}>${escapeMarkup(text)}</${name}>`;
}

function link(rel: string, type: string, href: string): string {
  return `<link rel="${rel}" type="${type}" href="${escapeMarkup(href)}"/>`;
}

function author(name: string, uri: string | undefined): string {
  return `<author>${element("name", name)}${uri === undefined ? "" : element("uri", uri)}</author>`;
}
