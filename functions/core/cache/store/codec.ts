import { type Entry, noticeFields, type Notices } from "../../model.ts";
import { schemaVersion } from "./schema-version.ts";

const magic = `edge-gists/${schemaVersion} `;

/** Stored in place of an entry that is too large to be shared. */
export const tooLarge = `${magic}too large`;

/** The first line of an entry's text. */
type Header = Omit<Entry, "body"> & { key: string; bytes: number };

const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrAbsent = (value: unknown): value is string | undefined => value === undefined || isText(value);
const isNumber = (value: unknown): value is number => typeof value === "number";
const isInteger = (value: unknown, least: number, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isText);
const isNotices = (value: unknown): value is Notices =>
  isTexts(value) && Object.keys(value).every((name) => noticeFields.some((field) => field === name));

/** Without a library: this code is in a bundle of its own (redis.js), which would have a second copy of it. */
function toHeader(value: unknown): Header | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { key, bytes, status, contentType, link, lastModified, notices, etag, ...rest } = value as Record<
    string,
    unknown
  >;
  const { upstreamEtags, validatedAt, freshUntil } = rest;
  if (!isText(key) || !isInteger(bytes, 0, Number.MAX_SAFE_INTEGER) || !isInteger(status, 200, 599)) return undefined;
  if (!isText(contentType) || !isText(etag) || !isTextOrAbsent(link) || !isTextOrAbsent(lastModified)) return undefined;
  if (!isTexts(upstreamEtags) || !isNumber(validatedAt) || !isNumber(freshUntil)) return undefined;
  const fields = { key, bytes, status, contentType, link, lastModified, etag, upstreamEtags, validatedAt, freshUntil };
  if (notices === undefined) return fields;
  return isNotices(notices) ? { ...fields, notices } : undefined;
}

/**
 * An entry as text: the version, one line of JSON, then the body unchanged. Text, because bodies are JSON in UTF-8
 * (github/body.ts checks it) and unstorage would convert raw bytes to base64. It does not begin like JSON, so that
 * unstorage does not parse it.
 * @param position as `positionOf` reads it
 */
export function encodeEntry(key: string, { body, ...fields }: Entry, position = 0): string {
  const line = JSON.stringify({
    ...({ key, bytes: body.byteLength, ...fields } satisfies Header),
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
  const header = end === -1 ? undefined : toHeader(tryParse(text.slice(magic.length, end)));
  if (header?.key !== key) return undefined;
  const { key: _key, bytes, ...fields } = header;
  const body = new TextEncoder().encode(text.slice(end + 1));
  return body.byteLength === bytes ? { ...fields, body } : undefined;
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
