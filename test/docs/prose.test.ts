import { describe, expect, test } from "vitest";
import { read } from "../../docs/generate/markdown.ts";
import { documents, filesOf, withoutCode } from "./documents.ts";

/** Words that a reader would have to translate, and the field's own. */
const habits: [pattern: RegExp, instead: string][] = [
  [/\banew\b/i, "again"],
  [/\bmend(?:ed|s)?\b/i, "fix"],
  [/\bbridg(?:e|es|ed|ing)\b/i, "stale-if-error, or a stale response is sent"],
  [/\bbehind (?:the|an|its) answer/i, "in the background"],
  [/\bstands? in\b/i, "is sent instead"],
  [/\bdone without\b/i, "continues without"],
  [/\bto be had\b/i, "available"],
  [/\bwhere there is n(?:o|one)\b/i, "without"],
  [/\bthat (?:is|was) there\b/i, "existing"],
  [/\bby turns\b/i, "alternately"],
  [/\blong way\b/i, "router"],
  [/\bshort way\b/i, "fast path"],
  [/\bthins? out\b/i, "samples"],
  [/\bnobody'?s\b/i, "no user's"],
  [/\bmost (?:bytes|entries|calls|spans|connections)\b/i, "maximum"],
  [/\bleast level\b/i, "minimum log level"],
  [/\blongest wait\b/i, "timeout"],
];

/** A sentence whose subject is a relative clause: "What waits is lost." A question is none. */
const relativeSubject = /(?:^|[.:;|] +)((?:What|Whatever|Who|Whoever) (?!to\b)[a-z][^.?!|\n]*\.)(?: |$)/gm;

/** Prose alone: no code, no addresses, no titles in quotes, no headings. */
const proseOf = (text: string): string =>
  withoutCode(text)
    .replaceAll(/<!--[^]*?-->/g, "")
    .replaceAll(/\]\([^)]*\)/g, "]")
    .replaceAll(/"[^"\n]*"/g, "")
    .replaceAll(/^#+ .*$/gm, "");

const wordsIn = (prose: string): string[] =>
  habits.flatMap(([pattern, instead]) => {
    const found = pattern.exec(prose)?.[0];
    return found === undefined ? [] : [`"${found}": ${instead}`];
  });

const findingsIn = (prose: string): string[] => [
  ...wordsIn(prose),
  ...[...prose.matchAll(relativeSubject)].map(([, sentence = ""]) => `subject: ${sentence}`),
];

test.each(documents)("the prose of $path is plain", ({ text }) => {
  expect(findingsIn(proseOf(text))).toEqual([]);
});

const platform = ["knative", "istio", "observability", "terraform"];
const commented = filesOf(
  ...platform.flatMap((folder) => ["yaml", "tpl", "tf", "hcl"].map((ext) => `${folder}/**.${ext}`)),
).filter((path) => !path.startsWith("knative/manifests/"));

/** Comments of a line or more: `# …`, and those of Helm's templates. */
const hashComments = (source: string): string =>
  [...source.matchAll(/(?:^[ \t]*# ?.*$\n?)+|\{\{- ?\/\*[^]*?\*\//gm)]
    .map(([block]) => block.replaceAll(/^[ \t]*# ?|\{\{- ?\/\*|\*\//gm, "").replaceAll("\n", " "))
    .join("\n\n");

test.each(commented)("the comments of %s are plain", (path) => {
  expect(findingsIn(proseOf(hashComments(read(path))))).toEqual([]);
});

/** Comments on lines of their own: `// …`, and blocks. A rule that is switched off is no prose. */
const commentsOf = (source: string): string =>
  [...source.matchAll(/^ *(?:\/\/ (?!oxlint|@ts)(.*)|\/\*([^]*?)\*\/)$/gm)]
    .map(([, line, block = ""]) => line ?? block.replaceAll(/^[ *]+/gm, "").replaceAll("\n", " "))
    .join("\n\n");

const sources = filesOf("*.ts", "*.mjs").filter((path) => path !== "test/docs/prose.test.ts");

test.each(sources)("the comments of %s are plain", (path) => {
  expect(wordsIn(proseOf(commentsOf(read(path))))).toEqual([]);
});

/** Messages of errors that clients get. */
const messagesOf = (source: string): string =>
  [...source.matchAll(/new EdgeError\(\s*"[\w-]+",\s*["`]([^"`]*)["`]|\bunusable\([^"`;]*["`]([^"`]*)["`]/g)]
    .map(([, message, other]) => message ?? other)
    .join("\n");

test("no error calls a response an answer", () => {
  const messages = filesOf("functions/core/*.ts", "functions/node/*.ts", "functions/worker/*.ts")
    .filter((path) => !path.endsWith(".test.ts"))
    .map((path) => messagesOf(read(path)))
    .join("\n");
  expect(messages.split("\n").length).toBeGreaterThan(20);
  expect(messages.split("\n").filter((message) => /\banswer/i.test(message))).toEqual([]);
});

describe("the check itself", () => {
  test("finds words and sentences", () => {
    expect(findingsIn("It is made anew. What waits beyond that is lost. Fine.")).toEqual([
      '"anew": again',
      "subject: What waits beyond that is lost.",
    ]);
    expect(findingsIn("| Who verifies them needs cosign. |")).toHaveLength(1);
  });

  test("reads the comments of a source, and no code", () => {
    const source = '/**\n * Made\n * anew.\n */\nconst a = "anew";\n  // It bridges.\nf(); /* b */\n';
    expect(commentsOf(source)).toBe(" Made anew. \n\nIt bridges.");
  });

  test("reads the comments of charts and of Terraform", () => {
    const source = 'a: 1 # anew\n# Made\n  # anew.\nb: "#anew"\n{{- /* It bridges. */ -}}\n';
    expect(hashComments(source)).toBe("Made anew. \n\n It bridges. ");
  });

  test("leaves questions, code and titles alone", () => {
    const text =
      'What is left? See `anew`, "Which are bridged by stale answers?" and [this](a-bridge.md).\n## What to do\n';
    expect(findingsIn(proseOf(text))).toEqual([]);
  });
});
