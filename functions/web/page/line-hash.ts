/** Lines of a file, the first and the last included. */
export interface LineRange {
  from: number;
  to: number;
}

/**
 * Anchors of files, spelled as on GitHub's gist pages: `file-hello-js`. A name that would have the anchor of an earlier
 * file gets a number.
 */
export function toAnchors(filenames: readonly string[]): string[] {
  const used = new Set<string>();
  return filenames.map((filename) => {
    const anchor = `file-${filename.toLowerCase().replaceAll(/[^\w]+/g, "-")}`;
    let unique = anchor;
    for (let n = 2; used.has(unique); n += 1) unique = `${anchor}-${n}`;
    used.add(unique);
    return unique;
  });
}

/** `#file-hello-js-L3-L7`, or `#L3-L7` without a file; undefined for any other hash. */
export function parseLineHash(hash: string): { anchor: string | undefined; range: LineRange } | undefined {
  const [, anchor, first, second] = /^#(?:(.+?)-)?L(\d{1,7})(?:-L(\d{1,7}))?$/.exec(hash) ?? [];
  if (first === undefined) return undefined;
  const lines = [Number(first), Number(second ?? first)];
  return { anchor, range: { from: Math.min(...lines), to: Math.max(...lines) } };
}

/** The hash of lines of a file. */
export function toLineHash(anchor: string, { from, to }: LineRange): string {
  return from === to ? `#${anchor}-L${from}` : `#${anchor}-L${from}-L${to}`;
}
