type Body = Uint8Array<ArrayBuffer>;

/** One element of a JSON array: the offsets of its bytes, and the text of its `id`. */
interface Element {
  start: number;
  end: number;
  id: string | undefined;
}

/** How the elements of several lists become one body. */
export interface Framing {
  first: string;
  between: string;
  last: string;
}

/** One JSON array. */
export const asArray: Framing = { first: "[", between: ",", last: "]" };

/** An element a line (https://github.com/ndjson/ndjson-spec). */
export const asLines: Framing = { first: "", between: "\n", last: "\n" };

const quote = 0x22;
const backslash = 0x5c;
const openers = new Set([0x5b, 0x7b]);
const closers = new Set([0x5d, 0x7d]);
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** True of a JSON text that is an array. */
export const isArray = (body: Body): boolean => body[body.findIndex((byte) => byte > 0x20)] === 0x5b;

/**
 * The elements of several JSON arrays as one body, each with the bytes that it has there. An element whose `id` came
 * before is left out: an item that moved to the next page while pages were requested is on both.
 * @param pages bodies that are JSON arrays
 */
export function joinPages(pages: readonly Body[], { first, between, last }: Framing): Body {
  const seen = new Set<string>();
  const parts: Uint8Array[] = [];
  for (const page of pages) {
    for (const { start, end, id } of elementsOf(page)) {
      if (id !== undefined && seen.has(id)) continue;
      if (id !== undefined) seen.add(id);
      const element = page.subarray(start, end);
      const isOneLine = between === "," || !(element.includes(lineFeed) || element.includes(carriageReturn));
      parts.push(encoder.encode(parts.length === 0 ? first : between), isOneLine ? element : onOneLine(element));
    }
  }
  parts.push(encoder.encode(parts.length === 0 ? first + last.trim() : last));
  return concatenate(parts);
}

/** Line breaks are blanks between tokens: in a string they are escaped. */
function onOneLine(element: Uint8Array): Uint8Array {
  return element.map((byte) => (byte === lineFeed || byte === carriageReturn ? 0x20 : byte));
}

function concatenate(parts: readonly Uint8Array[]): Body {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** The elements of a JSON array, which is known to be valid. */
function elementsOf(page: Body): Element[] {
  const elements: Element[] = [];
  let depth = 0;
  let start = -1;
  let id: string | undefined;
  /** True after the name `id` of an element's own member. */
  let isNamed = false;
  const finish = (end: number): void => {
    if (start === -1) return;
    elements.push({ start, end, id });
    start = -1;
    id = undefined;
  };
  for (let at = 0; at < page.byteLength; at++) {
    const byte = page[at]!;
    if (byte <= 0x20) continue;
    if (depth === 1 && start === -1 && byte !== comma && !closers.has(byte)) start = at;
    if (byte === quote) {
      const end = endOfString(page, at);
      if (depth === 2) {
        if (isNamed) id ??= decoder.decode(page.subarray(at + 1, end - 1));
        isNamed = !isNamed && end - at === 4 && page[at + 1] === 0x69 && page[at + 2] === 0x64;
      }
      at = end - 1;
    } else if (openers.has(byte)) depth += 1;
    else if (closers.has(byte)) {
      depth -= 1;
      if (depth === 0) finish(lastOf(page, at));
      isNamed = false;
    } else if (byte === comma) {
      if (depth === 1) finish(lastOf(page, at));
      isNamed = false;
    }
  }
  return elements;
}

/** The offset behind a string's closing quote. */
function endOfString(page: Body, start: number): number {
  for (let end = page.indexOf(quote, start + 1); ; end = page.indexOf(quote, end + 1)) {
    let slashes = 0;
    while (page[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
}

/** The offset behind the last byte before this one that is no blank. */
function lastOf(page: Body, at: number): number {
  let end = at;
  while (page[end - 1]! <= 0x20) end -= 1;
  return end;
}
