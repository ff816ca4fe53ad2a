/** The part of a file that is shown: pages stay fast whatever a gist contains. */
export interface Excerpt {
  text: string;
  /** Lines of `text`. */
  lines: number;
  /** Number of lines that follow. */
  linesLeft: number;
  /** Number of lines whose end is cut. */
  cutLines: number;
}

/** How much of a file is shown until the user asks for more. */
export const limits = { lines: 1000, characters: 2000 };

/** The first lines of a file, each up to a length; all of it with `whole`. */
export function toExcerpt(content: string, whole = false): Excerpt {
  // A newline at the end ends the last line: it begins none.
  const lines = (content.endsWith("\n") ? content.slice(0, -1) : content).split("\n");
  if (whole) return { text: lines.join("\n"), lines: lines.length, linesLeft: 0, cutLines: 0 };
  let cutLines = 0;
  const shown = lines.slice(0, limits.lines).map((line) => {
    if (line.length <= limits.characters) return line;
    cutLines += 1;
    // Not between the halves of a surrogate pair.
    return `${line.slice(0, limits.characters).replace(/[\ud800-\udbff]$/, "")} …`;
  });
  return { text: shown.join("\n"), lines: shown.length, linesLeft: lines.length - shown.length, cutLines };
}
