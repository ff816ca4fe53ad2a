import { binaryFile, largeFile, smallFile, textFile, type GistFile } from "./files.ts";
import { createComments, createGist, type Gist, type Recipe } from "./gists.ts";
import type { Person } from "./people.ts";
import { hex } from "./seeded.ts";

const hour = 3_600_000;
const newest = Date.UTC(2026, 10, 1, 12, 0, 0);

/** The gists that tests name. Ids are real shapes: 32 and 20 hexadecimal digits, and old decimal numbers. */
export const notable = {
  /** 45 comments, over two pages of 30. */
  talkative: "aa5a315d61ae9438b18d00000000c045",
  /** 60 revisions. */
  revised: "aa5a315d61ae9438b18d00000000e060",
  /** 36 forks. */
  forked: "6cad326836d38bd3a7ae",
  /** 40 files. */
  manyFiles: "aa5a315d61ae9438b18d00000000f040",
  /** 310 files, of which GitHub shows 300: the gist is `truncated`. */
  tooManyFiles: "aa5a315d61ae9438b18d00000000f310",
  /** One file of 1,000,000 bytes, whole. */
  large: "aa5a315d61ae9438b18d000000001000",
  /** A small whole file, one of 2.4 MB, `truncated` after 1 MB, and two after it that are omitted. */
  truncated: "aa5a315d61ae9438b18d000000002400",
  /** A script element in the description and in a file name, path-like names, an event handler. */
  hostile: "aa5a315d61ae9438b18d0000000bad01",
  /** Binary and control characters; one file in base64. */
  binary: "aa5a315d61ae9438b18d0000000b1401",
  /** Right-to-left text and override characters. */
  rightToLeft: "aa5a315d61ae9438b18d0000000041f1",
  /** No description (null). */
  undescribed: "1169854",
  /** An empty description. */
  blank: "1169852",
  /** Public: false. In no list but the owner's own (`GET /gists` with a token). */
  secret: "aa5a315d61ae9438b18d0000005ec4e7",
  /** Mixed case would be another spelling of the same id: `ABCDEF…` finds it too. */
  letters: "abcdefabcdefabcdefabcdefabcdefab",
  /** Files of 2 MB and 5 MB, and a binary one of 1.5 MB. Public: false, so that no list changes its length by it. */
  raw: "aa5a315d61ae9438b18d00000000fa11",
} as const;

/** 130 public gists and a secret one. */
export function createOctocatGists(octocat: Person, others: readonly Person[]): Gist[] {
  const named: Omit<Recipe, "owner" | "createdAt">[] = [
    {
      id: notable.forked,
      description: "Hello world!",
      files: [textFile("hello_world.rb", rubyClass)],
      revisions: 4,
    },
    {
      id: notable.talkative,
      description: "A gist that people talk about 💬",
      comments: createComments(notable.talkative, 45, 5_000_001, [octocat, ...others], newest),
    },
    {
      id: notable.revised,
      description: "Sixty revisions",
      revisions: 60,
      files: [smallFile("diary.md", "diary")],
    },
    { id: notable.manyFiles, description: "Forty files", files: numbered(40, "rb") },
    {
      id: notable.tooManyFiles,
      description: "More files than GitHub shows",
      files: numbered(310, "txt"),
    },
    { id: notable.large, description: "One megabyte", files: [largeFile("large.txt", 1_000_000)] },
    {
      id: notable.truncated,
      description: "Files that GitHub cuts after a megabyte",
      files: [
        textFile("README.md", "# Logs\n"),
        largeFile("big.csv", 2_400_000),
        largeFile("huge.json", 12_582_912),
        textFile("small.txt", "left out\n"),
      ],
    },
    {
      id: notable.hostile,
      description: "<script>alert(document.domain)</script>",
      files: hostileFiles,
    },
    { id: notable.binary, description: "Not quite text", files: binaryFiles() },
    {
      id: notable.rightToLeft,
      description: "שלום עולם \u202egnp.exe\u202c مرحبا بالعالم",
      files: [textFile("שלום.txt", "שלום\n")],
    },
    { id: notable.undescribed, description: null },
    { id: notable.blank, description: "" },
    { id: notable.letters, description: "An id of letters only" },
    { id: notable.secret, description: "octocat-secret: the launch codes", public: false },
    {
      id: notable.raw,
      description: "Files that are read whole",
      public: false,
      files: [
        textFile("names with spaces & 100%.txt", "spaced\n"),
        largeFile("two-megabytes.csv", 2_000_000),
        largeFile("five-megabytes.txt", 5_000_000),
        binaryFile("noise.bin", noise(1_500_000)),
      ],
    },
    {
      id: "0831f3fbd83ac4d46451",
      description: "Some common .gitignore configurations",
      files: [textFile(".gitignore", "*.com\n")],
    },
    { id: "2a6851cde24cdaf4b85b", description: "" },
    { id: "1305321", description: null },
  ];
  const everyday = Array.from({ length: 114 }, (_, n) => ({
    id: hex(`octocat ${n}`, n % 9 === 8 ? 20 : 32),
  }));
  return [...named, ...everyday].map((recipe, n) =>
    createGist({
      comments: n % 7 === 3 ? createComments(recipe.id, 2, 6_000_001 + n * 10, others, newest) : [],
      ...recipe,
      owner: octocat,
      createdAt: newest - n * 31 * hour,
    }),
  );
}

function numbered(count: number, extension: string): GistFile[] {
  return Array.from({ length: count }, (_, n) => {
    const name = `file-${String(n + 1).padStart(3, "0")}.${extension}`;
    return smallFile(name, name);
  });
}

/** Bytes that no text has, and that no compression makes smaller. */
function noise(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(size / 4);
  let state = 0x9e3779b9;
  for (let at = 0; at < words.length; at++) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) | 0;
    words[at] = state;
  }
  return new Uint8Array(words.buffer);
}

function binaryFiles(): GistFile[] {
  const png = Uint8Array.from({ length: 256 }, (_, n) => (n * 37) & 255);
  png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return [
    binaryFile("pixel.png", png),
    textFile("control.txt", "nul \u0000, bell \u0007, escape \u001b[31m, delete \u007f, separator \u2028 and \ufeff\n"),
    textFile("lone.txt", "replacement \ufffd, private \ue000, last \u{10ffff}\n"),
  ];
}

const hostileFiles = [
  textFile("<script>alert(1)</script>.html", '<script>alert("file")</script>\n'),
  textFile('"><img src=x onerror=alert(1)>', "</script><script>alert(2)</script>\n"),
  textFile("..\\..\\etc\\passwd", "root:x:0:0\n"),
  textFile("__proto__", '{"polluted": true}\n'),
  textFile("constructor", '{{constructor.constructor("alert(1)")()}}\n'),
  textFile("'; DROP TABLE gists; --.sql", "SELECT 1;\n"),
];

const rubyClass = "class HelloWorld\n   def initialize(name)\n      @name = name.capitalize\n   end\nend\n";
