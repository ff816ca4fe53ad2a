import type { GistFile } from "../edge/gists.ts";
import type { Surroundings } from "../markdown/addresses.ts";

/** Draws a file. @throws Error if it cannot be drawn: its source is shown then */
export type Viewer = (file: GistFile, surroundings: Surroundings) => Promise<HTMLElement> | HTMLElement;

/** The viewers, each fetched on demand. */
export const viewers = {
  markdown: async () => (await import("./markdown.ts")).markdownView,
  notebook: async () => (await import("./notebook.ts")).notebookView,
  picture: async () => (await import("./picture.ts")).pictureView,
  table: async () => (await import("./table.ts")).tableView,
} satisfies Record<string, () => Promise<Viewer>>;

export type Kind = keyof typeof viewers;

const kinds: [Kind, RegExp][] = [
  ["markdown", /\.(?:md|markdown|mdown|mkdn?)$/i],
  ["notebook", /\.ipynb$/i],
  ["picture", /\.(?:avif|bmp|gif|ico|jpe?g|png|svg|webp)$/i],
  ["table", /\.(?:csv|tsv|tab)$/i],
];

/** The viewer for a file; undefined if its source is all there is to show. */
export function toKind({ filename, language, content, base64 }: GistFile): Kind | undefined {
  const kind = kinds.find(([, pattern]) => pattern.test(filename))?.[0];
  if (kind === undefined && language === "Markdown") return "markdown";
  if (kind === "picture") return kind;
  return base64 || content === undefined || content === "" ? undefined : kind;
}
