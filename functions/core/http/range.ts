/** A part of a body, in bytes: from the first one to the one before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The part that `Range` asks for (RFC 9110 section 14.2). Undefined for the whole: without the field, with one that this
 * service cannot read, and with several ranges, which a server may ignore (section 14.2).
 * @returns "unsatisfiable" where no byte of the body is in it
 */
export function toRange(field: string | null, size: number): ByteRange | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(field ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    // The last bytes, as many as are asked for.
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) return "unsatisfiable";
  return { start, end: last === "" ? size : Math.min(Number(last) + 1, size) };
}

/**
 * True if `Range` counts: without `If-Range`, or where it has the strong validator of these bytes (RFC 9110 section
 * 13.1.5). A date never does: GitHub's have whole seconds, and a gist may change twice in one.
 */
export function mayRange(ifRange: string | null, etag: string): boolean {
  return ifRange === null || (ifRange.trim() === etag && !etag.startsWith("W/"));
}
