import { h } from "../page/dom.ts";
import { toNodes } from "../page/plain.ts";
import type { Grammar } from "./languages.ts";
import type { Token } from "./tokens.ts";

/** Longer text stays uncoloured, in characters: the highlighter would block the page. */
const mostColoured = 200_000;

/** Colours blocks once they come near the window, so that forty files cost no more than the visible ones. */
const nearby = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      nearby.unobserve(target);
      waiting.get(target)?.();
      waiting.delete(target);
    }
  },
  { rootMargin: "400px" },
);
const waiting = new WeakMap<Element, () => void>();

/** Code with line numbers: as plain text at once, coloured when it becomes visible. */
export function codeBlock(text: string, lines: number, grammar: Grammar | undefined, name: string): HTMLElement {
  const code = h("code", { attributes: { dir: "ltr" } }, ...toNodes(text));
  const numbers = Array.from({ length: lines }, (_, n) => n + 1).join("\n");
  const block = h(
    "div",
    { class: "code", attributes: { tabindex: "0", role: "group", "aria-label": `Contents of ${name}` } },
    h("div", { class: "numbers", attributes: { "aria-hidden": "true" } }, numbers),
    h("pre", {}, code),
  );
  if (grammar !== undefined && text.length <= mostColoured) {
    waiting.set(block, () => void colour(code, text, grammar));
    nearby.observe(block);
  }
  return block;
}

/** Without its highlighter a page still shows all of the text. */
async function colour(code: HTMLElement, text: string, grammar: Grammar): Promise<void> {
  try {
    const { highlight } = await import("./highlight.ts");
    const tokens = await highlight(text, grammar);
    code.replaceChildren(...tokens.flatMap(toSpan));
    code.dataset["coloured"] = grammar;
  } catch (error) {
    console.info("not coloured:", error);
  }
}

function toSpan({ text, kind }: Token): (Node | string)[] {
  const nodes = toNodes(text);
  return kind === undefined ? nodes : [h("span", { class: `t-${kind}` }, ...nodes)];
}
