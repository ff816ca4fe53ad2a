import type { GistFile } from "../edge/gists.ts";

/** A file of two states of a gist. */
export type Pair =
  | { kind: "added"; after: GistFile }
  | { kind: "removed"; before: GistFile }
  | { kind: "renamed" | "changed" | "same"; before: GistFile; after: GistFile };

/** Files of which this part of the lines is the same are one file under two names, as in git. */
const leastAlike = 0.5;
/** Above these no similar names are looked for, so that it stays fast: files, and characters of a file. */
const most = { files: 50, characters: 200_000 };

/** Joins the files of two states: by name, then by contents. In the order of the later state, removed ones last. */
export function pairFiles(before: readonly GistFile[], after: readonly GistFile[]): Pair[] {
  const left = new Map(before.map((file) => [file.filename, file]));
  const take = (name: string) => {
    const file = left.get(name);
    left.delete(name);
    return file;
  };
  const found = new Map(after.map((file) => [file, take(file.filename)]));
  for (const file of after) {
    if (found.get(file)) continue;
    const former = left.size > 0 ? findFormer(file, [...left.values()]) : undefined;
    if (former) found.set(file, take(former.filename));
  }
  return [
    ...after.map((file): Pair => {
      const former = found.get(file);
      if (!former) return { kind: "added", after: file };
      const kind = former.filename !== file.filename ? "renamed" : isSame(former, file) ? "same" : "changed";
      return { kind, before: former, after: file };
    }),
    ...[...left.values()].map((file): Pair => ({ kind: "removed", before: file })),
  ];
}

/** GitHub's raw addresses name the contents, so that files without contents can be compared as well. */
export function isSame(one: GistFile, other: GistFile): boolean {
  if (one.size !== other.size) return false;
  if (one.rawUrl !== undefined && one.rawUrl === other.rawUrl) return true;
  return one.content !== undefined && one.content === other.content && !one.truncated && !other.truncated;
}

function findFormer(file: GistFile, candidates: GistFile[]): GistFile | undefined {
  const same = candidates.find((candidate) => isSame(candidate, file));
  if (same ?? candidates.length > most.files) return same;
  const scored = candidates.map((candidate) => ({ candidate, alike: toAlikeness(candidate, file) }));
  const best = scored.toSorted((a, b) => b.alike - a.alike)[0];
  return best && best.alike >= leastAlike ? best.candidate : undefined;
}

/** The part of the lines that both files have, 0 to 1. */
function toAlikeness({ content: one }: GistFile, { content: other }: GistFile): number {
  if (!one || !other || Math.max(one.length, other.length) > most.characters) return 0;
  const [lines, others] = [toLines(one), toLines(other)];
  if (lines.length === 0 || others.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of others) {
    const count = counts.get(line) ?? 0;
    if (count > 0) shared += 1;
    counts.set(line, count - 1);
  }
  return shared / Math.max(lines.length, others.length);
}

/** Lines with text in them: two files are not alike because of their empty lines. */
const toLines = (text: string) => text.split("\n").filter((line) => line.trim() !== "");
