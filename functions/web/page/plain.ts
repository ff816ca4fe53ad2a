import { h } from "./dom.ts";

/**
 * Characters that are invisible, or that reorder the text around them (Unicode UAX 9): the page shows their names
 * instead, so that no text can look like another (https://trojansource.codes/), and no text is hidden
 * (https://certitude.consulting/blog/en/invisible-backdoor/). Those that writing needs stay where it needs them: a joiner
 * outside of Latin text, the form of an emoji or an ideograph, the region of a flag.
 */
const unseen = new RegExp(
  [
    String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]`,
    String.raw`(?<=^|[\u0000-\u024f\u200c\u200d])[\u200c\u200d]`,
    String.raw`(?<!\p{Emoji})[\ufe0e\ufe0f]`,
    // Digits have this property for their keycaps.
    String.raw`(?<=[\d#*])[\ufe0e\ufe0f](?!\u20e3)`,
    String.raw`(?<!\p{Unified_Ideograph})[\u{e0100}-\u{e01ef}]`,
    String.raw`(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,6})[\u{e0020}-\u{e007f}]`,
    String.raw`(?![\u200c\u200d\ufe0e\ufe0f\u{e0020}-\u{e007f}\u{e0100}-\u{e01ef}])\p{Default_Ignorable_Code_Point}`,
  ].join("|"),
  "gu",
);

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
