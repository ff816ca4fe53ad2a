import type { LanguageFn } from "highlight.js";

type Load = () => Promise<{ default: LanguageFn }>;

/** The available grammars: each in a separate file, fetched on demand. */
export const grammars = {
  bash: () => import("highlight.js/lib/languages/bash"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("./css-grammar.ts"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  go: () => import("highlight.js/lib/languages/go"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  json: () => import("highlight.js/lib/languages/json"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  php: () => import("highlight.js/lib/languages/php"),
  python: () => import("highlight.js/lib/languages/python"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  sql: () => import("highlight.js/lib/languages/sql"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
} satisfies Record<string, Load>;

export type Grammar = keyof typeof grammars;

/** Grammars that a grammar contains. */
export const inside: Partial<Record<Grammar, Grammar[]>> = { xml: ["css", "typescript"] };

/** Languages that another's grammar contains, and the names under which grammars ask for them. */
export const alias: Partial<Record<Grammar, string>> = { typescript: "javascript", cpp: "c" };

/** GitHub's language names (linguist) in lower case, where they differ from the grammar's. */
const byLanguage: Record<string, Grammar> = {
  c: "cpp",
  "c#": "csharp",
  "c++": "cpp",
  html: "xml",
  javascript: "typescript",
  jsx: "typescript",
  "json with comments": "json",
  less: "css",
  scss: "css",
  shell: "bash",
  svg: "xml",
  toml: "ini",
  tsx: "typescript",
  vue: "xml",
};

/** Filename extensions, for files without a language from GitHub. */
const byExtension: Record<string, Grammar> = {
  cfg: "ini",
  c: "cpp",
  cjs: "typescript",
  conf: "ini",
  cs: "csharp",
  h: "cpp",
  hpp: "cpp",
  htm: "xml",
  js: "typescript",
  kt: "kotlin",
  md: "markdown",
  mjs: "typescript",
  mk: "makefile",
  patch: "diff",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  ts: "typescript",
  yml: "yaml",
};

/** The grammar for a file; undefined if there is none. */
export function toGrammar(language: string | undefined, filename: string): Grammar | undefined {
  const extension = filename.slice(filename.lastIndexOf(".") + 1).toLowerCase();
  for (const [name, table] of [
    [language?.toLowerCase() ?? "", byLanguage],
    [extension, byExtension],
  ] as const) {
    if (Object.hasOwn(grammars, name)) return name as Grammar;
    if (Object.hasOwn(table, name)) return table[name];
  }
  return undefined;
}
