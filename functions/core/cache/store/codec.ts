import { type Entry, noticeFields } from "../../model.ts";
import { z } from "zod";
import { schemaVersion } from "./schema-version.ts";

const magic = `edge-gists/${schemaVersion} `;

/** Stored in place of an entry that is too large to be shared. */
export const tooLarge = `${magic}too large`;

const header = z.object({
  key: z.string(),
  bytes: z.int().min(0),
  status: z.int().min(200).max(599),
  contentType: z.string(),
  link: z.string().optional(),
  lastModified: z.string().optional(),
  notices: z.partialRecord(z.enum(noticeFields), z.string()).optional(),
  etag: z.string(),
  upstreamEtags: z.record(z.string(), z.string()),
  validatedAt: z.number(),
  freshUntil: z.number(),
});

/**
 * An entry as text: the version, one line of JSON, then the body unchanged. Text, because bodies are JSON in UTF-8
 * (github/body.ts checks it) and unstorage would convert raw bytes to base64. It does not begin like JSON, so that
 * unstorage does not parse it.
 * @param position as `positionOf` reads it
 */
export function encodeEntry(key: string, { body, ...fields }: Entry, position = 0): string {
  const line = JSON.stringify({
    ...({ key, bytes: body.byteLength, ...fields } satisfies z.input<typeof header>),
    ...(position > 0 && { position }),
  });
  return `${magic}${line}\n${new TextDecoder("utf-8", { ignoreBOM: true }).decode(body)}`;
}

/**
 * The entry of a text; undefined if it is of another version or key, is cut off, or is not ours at all.
 */
export function decodeEntry(key: string, text: unknown): Entry | undefined {
  if (typeof text !== "string" || !text.startsWith(magic)) return undefined;
  const end = text.indexOf("\n");
  const parsed = header.safeParse(tryParse(text.slice(magic.length, end)));
  if (end === -1 || !parsed.success || parsed.data.key !== key) return undefined;
  const body = new TextEncoder().encode(text.slice(end + 1));
  if (body.byteLength !== parsed.data.bytes) return undefined;
  const { key: _key, bytes: _bytes, ...fields } = parsed.data;
  return { ...fields, link: fields.link, lastModified: fields.lastModified, body };
}

/** The position of the last purge that a process knew of when it asked GitHub for the entry of a text; 0 for none. */
export function positionOf(text: string): number {
  const [, position = 0] = /,"position":(\d+)\}$/.exec(text.slice(0, text.indexOf("\n"))) ?? [];
  return Number(position);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
