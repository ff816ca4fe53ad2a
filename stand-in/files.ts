import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { hex, number, pick } from "./seeded.ts";

/**
 * GitHub returns at most this much of a file, in bytes (https://docs.github.com/rest/gists/gists#truncation), and no
 * content of the files after it (https://github.com/cli/cli/issues/11739).
 */
export const contentLimit = 1024 * 1024;
/** GitHub returns at most this many files of a gist. */
export const filesLimit = 300;

/** A file of a gist. `content` is made when asked for: some are megabytes. */
export type GistFile = {
  readonly filename: string;
  readonly type: string;
  readonly language: string | null;
  /** In bytes. */
  readonly size: number;
  readonly encoding: "utf-8" | "base64";
  /** The whole text, or its first part where the file is larger than `contentLimit`. */
  readonly content: () => string;
  /** All bytes of the file. */
  readonly bytes: () => Uint8Array<ArrayBuffer>;
};

/** Extension -> GitHub's type and language. (`.ts` really is video/MP2T there.) */
const kinds: Record<string, readonly [type: string, language: string | null]> = {
  c: ["text/plain", "C"],
  css: ["text/css", "CSS"],
  csv: ["text/csv", "CSV"],
  go: ["text/plain", "Go"],
  html: ["text/html", "HTML"],
  ipynb: ["text/plain", "Jupyter Notebook"],
  java: ["text/plain", "Java"],
  js: ["text/javascript", "JavaScript"],
  json: ["application/json", "JSON"],
  md: ["text/markdown", "Markdown"],
  png: ["image/png", null],
  py: ["application/x-python", "Python"],
  rb: ["application/x-ruby", "Ruby"],
  rs: ["text/plain", "Rust"],
  sh: ["application/x-sh", "Shell"],
  sql: ["application/sql", "SQL"],
  svg: ["image/svg+xml", "SVG"],
  ts: ["video/MP2T", "TypeScript"],
  txt: ["text/plain", "Text"],
  yml: ["text/x-yaml", "YAML"],
};

/** The extensions to choose from for an everyday file. */
export const everyday = [
  "rb",
  "py",
  "js",
  "ts",
  "md",
  "txt",
  "json",
  "go",
  "rs",
  "sh",
  "sql",
  "yml",
  "c",
  "css",
] as const;

/** A text file with the given content. */
export function textFile(filename: string, content: string): GistFile {
  const [type, language] = kindOf(filename);
  return {
    filename,
    type,
    language,
    size: Buffer.byteLength(content),
    encoding: "utf-8",
    content: () => content,
    bytes: () => new TextEncoder().encode(content),
  };
}

/** A binary file: GitHub gives its content in base64. */
export function binaryFile(filename: string, bytes: Uint8Array<ArrayBuffer>): GistFile {
  const [type, language] = kindOf(filename);
  const content = () => Buffer.from(bytes.subarray(0, contentLimit)).toString("base64");
  return {
    filename,
    type,
    language,
    size: bytes.length,
    encoding: "base64",
    content,
    bytes: () => bytes,
  };
}

/** A text file of exactly `size` bytes, ASCII; its content stops at `contentLimit`. */
export function largeFile(filename: string, size: number): GistFile {
  const [type, language] = kindOf(filename);
  const shown = Math.min(size, contentLimit);
  let made: string | undefined;
  const content = () => (made ??= lines(filename, shown));
  const bytes = () => new TextEncoder().encode(lines(filename, size));
  return { filename, type, language, size, encoding: "utf-8", content, bytes };
}

/** An everyday small file: some lines that depend on `seed`. */
export function smallFile(filename: string, seed: string): GistFile {
  const count = 3 + number(`${seed} lines`, 20);
  const text = Array.from({ length: count }, (_, n) => pick(`${seed} ${n}`, phrases)).join("\n");
  return textFile(filename, `${text}\n`);
}

const phrases = [
  'puts "Hello, world"',
  "const answer = 42",
  "# TODO: write the rest",
  "SELECT login, count(*) FROM gists GROUP BY login;",
  'for name in octocat hubot; do echo "$name"; done',
  "",
  "  return items.filter(Boolean)",
  "naïve café — “quoted”, 日本語, 🐙",
  "\tindented with a tab",
  "<p>not markup, only text & entities</p>",
] as const;

const blobs = new WeakMap<GistFile, string>();

/** The id of a file's blob, as Git makes it; of a large one, which takes long to hash, another that is its own. */
export function blobOf(file: GistFile): string {
  const { filename, size, encoding } = file;
  if (size > contentLimit) return hex(`${filename} ${size} ${encoding}`, 40);
  let blob = blobs.get(file);
  if (blob === undefined) {
    blob = createHash("sha1").update(`blob ${size}\0`).update(file.bytes()).digest("hex");
    blobs.set(file, blob);
  }
  return blob;
}

function lines(seed: string, bytes: number): string {
  const line = `${seed}: the quick brown fox jumps over the lazy dog, 0123456789\n`;
  return line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);
}

function kindOf(filename: string): readonly [string, string | null] {
  const dot = filename.lastIndexOf(".");
  const extension = dot < 0 ? "" : filename.slice(dot + 1).toLowerCase();
  return (Object.hasOwn(kinds, extension) ? kinds[extension] : undefined) ?? ["text/plain", null];
}
