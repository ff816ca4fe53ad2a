import type { Sent } from "../cache/encodings.ts";
import type { Coding } from "../http/coding.ts";
import { isNotModified } from "../http/conditional.ts";
import type { RawRequest, RawResponse } from "../http/raw.ts";
import type { Entry } from "../model.ts";
import type { Trace } from "../telemetry/trace.ts";

export type Fields = Record<string, string>;

/** The fields of responses with one entry, for as long as they hold: names and values in turn. */
export interface EntryFields {
  /** What a 304 has too. */
  common: readonly string[];
  /** With those of the body, by its coding; filled as they are needed. */
  whole: Map<Coding | undefined, readonly string[]>;
}

/** The response with an entry, to a request of GET or HEAD: GitHub's bytes, with this service's fields about them. */
export function toEntryResponse(
  { method, get }: Pick<RawRequest, "method" | "get">,
  entry: Entry,
  sent: Sent,
  fields: EntryFields,
  trace: Trace | undefined,
): RawResponse {
  const ifNoneMatch = get("if-none-match") ?? undefined;
  const ifModifiedSince = get("if-modified-since") ?? undefined;
  const notModified = isNotModified({ ifNoneMatch, ifModifiedSince }, entry);
  return {
    status: notModified ? 304 : entry.status,
    fields: notModified ? fields.common : toWholeFields(fields, entry, sent),
    extraFields: trace && ["server-timing", toServerTiming(trace)],
    body: notModified || method === "HEAD" ? undefined : sent.body,
  };
}

/** Names and values in turn. */
export function toList(fields: Fields): string[] {
  return Object.entries(fields).flat();
}

/**
 * With the fields of the body. The entity tag is the same for every coding, as it may be, being weak
 * (RFC 9110 sections 8.8.1 and 8.8.3.3): a client's copy in one coding is confirmed whatever it accepts now.
 */
function toWholeFields({ common, whole }: EntryFields, entry: Entry, { body, coding }: Sent): readonly string[] {
  const known = whole.get(coding);
  if (known) return known;
  const ofBody = {
    ...toBodyFields(body),
    "content-type": entry.contentType,
    ...(coding !== undefined && { "content-encoding": coding }),
  };
  const fields = [...common, ...toList(ofBody)];
  whole.set(coding, fields);
  return fields;
}

export function toBodyFields(body: Uint8Array): Fields {
  return { "content-length": String(body.byteLength) };
}

/** The trace's id for scripts of a page (https://www.w3.org/TR/server-timing/), which may show or join it. */
export function toServerTiming({ traceparent }: Trace): string {
  return `traceparent;desc="${traceparent}"`;
}
