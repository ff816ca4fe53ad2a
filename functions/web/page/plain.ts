import { h } from "./dom.ts";

/**
 * Characters that are invisible, or that reorder the text around them (Unicode UAX 9): the page shows their names
 * instead, so that no text can look like another (https://trojansource.codes/).
 */
const unseen =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** True for text with characters that reorder it on the screen. */
export function isReordered(text: string): boolean {
  return /[\u202a-\u202e\u2066-\u2069]/.test(text);
}

/** Text as nodes, with invisible characters shown by name. */
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

/** A piece of a user's text among ours: its direction stays isolated. */
export function bdi(text: string, className?: string): HTMLElement {
  return h("bdi", { class: className }, ...toNodes(text));
}
