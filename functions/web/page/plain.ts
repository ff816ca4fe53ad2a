import { h } from "./dom.ts";

/**
 * Characters that show nothing, or that turn the text around them (Unicode UAX 9): they are named instead, so that
 * no text can look like another (https://trojansource.codes/).
 */
const unseen =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** True of text that holds characters which reorder what one sees. */
export function isReordered(text: string): boolean {
  return /[\u202a-\u202e\u2066-\u2069]/.test(text);
}

/** Text as nodes, with unseen characters shown by name. */
export function toNodes(text: string): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(unseen)) {
    const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    nodes.push(text.slice(from, index), h("span", { class: "unseen" }, name));
    from = index + character.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

/** A piece of somebody's text among ours: its direction stays its own. */
export function bdi(text: string, className?: string): HTMLElement {
  return h("bdi", { class: className }, ...toNodes(text));
}
