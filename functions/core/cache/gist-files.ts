import type { Entry } from "../model.ts";
import type { Store } from "./store/store.ts";
import { noteDerived } from "./derived.ts";

type Body = Entry["body"];

/** A file of a gist, as GitHub describes it. */
export interface GistFile {
  name: string;
  rawUrl: string;
  /** In bytes; NaN if GitHub gives no number of bytes. */
  size: number;
  /** True if GitHub left out a part of the content, or all of it. */
  isTruncated: boolean;
  /** True if the content is in base64: the bytes are no UTF-8. */
  isBase64: boolean;
  /** Where the JSON string of the content is in the body. */
  content: Span | undefined;
}

interface Span {
  start: number;
  end: number;
}

/** Bytes of a file in the list beside its texts. */
const overhead = 256;

const lists = new WeakMap<Body, GistFile[]>();

/** The files of a gist in GitHub's order; read from the body once, and kept with it. */
export function filesOf({ body }: Entry, key: string, store: Pick<Store, "recount">): GistFile[] {
  const known = lists.get(body);
  if (known) return known;
  const files = readFiles(body);
  noteDerived(
    body,
    files.reduce((sum, { name, rawUrl }) => sum + overhead + 2 * (name.length + rawUrl.length), 0),
  );
  if (store.recount?.(key) === false) noteDerived(body, 0);
  else lists.set(body, files);
  return files;
}

function toSize(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}

/** The content of a file, as far as GitHub gives it: empty if it is no base64 though GitHub says so. */
export function contentOf({ body }: Entry, { content, isBase64 }: GistFile): Body {
  if (!content) return new Uint8Array();
  const text = parse(body, content) as string;
  return isBase64 ? fromBase64(text) : new TextEncoder().encode(text);
}

function fromBase64(text: string): Body {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function parse(body: Body, { start, end }: Span): unknown {
  return JSON.parse(new TextDecoder().decode(body.subarray(start, end)));
}

/**
 * Finds the files of a gist in its JSON, which github/body.ts has checked. JSON.parse would copy every file of the gist
 * to read one. @throws Error where it is not the JSON of a gist
 */
function readFiles(body: Body): GistFile[] {
  let at = 0;

  function next(): number {
    while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at += 1;
    const byte = body[at];
    if (byte === undefined) throw new Error("The JSON of a gist ends too early");
    return byte;
  }

  function skipString(): Span {
    const start = at;
    for (let isEscaped = true; isEscaped;) {
      at = body.indexOf(0x22, at + 1);
      if (at === -1) throw new Error("A string in the JSON of a gist has no end");
      let before = at - 1;
      while (body[before] === 0x5c) before -= 1;
      isEscaped = (at - before) % 2 === 0;
    }
    at += 1;
    return { start, end: at };
  }

  function skipValue(): Span {
    let depth = 0;
    const start = next() && at;
    do {
      const byte = next();
      if (byte === 0x22) skipString();
      else {
        if (byte === 0x7b || byte === 0x5b) depth += 1;
        if (byte === 0x7d || byte === 0x5d) depth -= 1;
        at += 1;
        // Numbers and words.
        while (/[\w.+-]/.test(String.fromCharCode(body[at] ?? 0))) at += 1;
      }
    } while (depth > 0);
    return { start, end: at };
  }

  /** Calls `read` at the value of each member; other values than objects have none. */
  function readMembers(read: (name: string) => void): void {
    if (next() !== 0x7b) return void skipValue();
    at += 1;
    while (next() !== 0x7d) {
      const name = parse(body, skipString()) as string;
      next();
      // The colon.
      at += 1;
      next();
      read(name);
      if (next() === 0x2c) at += 1;
    }
    at += 1;
  }

  function readFile(name: string): GistFile {
    const spans: Partial<Record<string, Span>> = {};
    readMembers((field) => (spans[field] = skipValue()));
    const read = (field: string) => spans[field] && parse(body, spans[field]);
    const isText = body[spans["content"]?.start ?? -1] === 0x22;
    return {
      name,
      rawUrl: String(read("raw_url")),
      size: toSize(read("size")),
      isTruncated: read("truncated") === true,
      isBase64: read("encoding") === "base64",
      content: isText ? spans["content"] : undefined,
    };
  }

  const files: GistFile[] = [];
  readMembers((member) => {
    if (member === "files") readMembers((name) => void files.push(readFile(name)));
    else skipValue();
  });
  return files;
}
