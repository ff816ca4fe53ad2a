import { execFileSync } from "node:child_process";
import { at, read } from "../../docs/generate/markdown.ts";

export interface Document {
  path: string;
  text: string;
}

/** Files of the repository, new ones included, by a pattern of Git. */
export function filesOf(...patterns: string[]): string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ...patterns];
  const all = execFileSync("git", args, { cwd: at(""), encoding: "utf8" })
    .split("\0")
    .filter(Boolean);
  const deleted = execFileSync("git", ["ls-files", "-z", "--deleted"], { cwd: at(""), encoding: "utf8" }).split("\0");
  return all.filter((path) => !deleted.includes(path));
}

/** Every Markdown file. */
export const documents: readonly Document[] = filesOf("*.md").map((path) => ({ path, text: read(path) }));

/** Markdown without its blocks of code. */
export const withoutBlocks = (text: string): string => text.replaceAll(/^ *```[^]*?^ *```$/gm, "");

/** Markdown without any code. */
export const withoutCode = (text: string): string => withoutBlocks(text).replaceAll(/`[^`\n]*`/g, "");

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
  return new Set(
    headings.map((slug) => {
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}
