import { h, link } from "../page/dom.ts";
import { picture } from "../page/picture.ts";
import { bdi, toNodes } from "../page/plain.ts";
import { type Surroundings, toHeadingId, toLinkAddress } from "./addresses.ts";
import { fence } from "./fence.ts";
import type { HtmlPart } from "./html-parts.ts";
import type { Block, Document } from "./parse.ts";
import { findPicture } from "./pictures.ts";
import { createSlugs } from "./slugs.ts";

/** Most elements of a document, and how deep they nest: a browser becomes slow beyond. */
const most = { elements: 20_000, depth: 100 };

/** A document as elements. */
export interface Rendered {
  element: HTMLElement;
  /** Pictures of other sites: each is loaded when called. */
  held: (() => void)[];
  /** True if the document was too large to be drawn whole. */
  isCut: boolean;
}

/** The parser's tokens that become an element of their tag. */
const elements = new Set("p h1 h2 h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td em strong s a".split(" "));

/** Blocks of text. A list has the direction of its first item: its markers are beside the text. */
const directed = new Set("p h1 h2 h3 h4 h5 h6 ul ol".split(" "));

/** An open element, and what opened it: HTML may be closed by HTML only. */
interface Open {
  element: HTMLElement;
  html: string | undefined;
}

/**
 * Draws a document. Elements come from a fixed list, text is text, and of attributes only checked addresses survive, so
 * that a document can bring neither script nor style.
 */
export function renderMarkdown({ frontMatter, blocks }: Document, surroundings: Surroundings): Rendered {
  const root = h("div", { class: "prose", attributes: { dir: "auto" } });
  const held: (() => void)[] = [];
  const toSlug = createSlugs();
  const stack: Open[] = [{ element: root, html: undefined }];
  let count = 0;
  const top = () => stack.at(-1) as Open;
  const add = (...nodes: (Node | string)[]) => {
    count += nodes.length;
    top().element.append(...nodes);
  };
  const open = (element: HTMLElement, html?: string) => {
    // Deeper, the text is in the element around it.
    if (stack.length > most.depth) return void stack.push({ element: top().element, html });
    add(element.tagName === "TABLE" ? inBox(element) : element);
    stack.push({ element, html });
    return undefined;
  };

  /** Closes the last element that Markdown opened, with HTML in it that stayed open. */
  function close(): void {
    while (stack.length > 1 && stack.pop()?.html !== undefined);
  }

  function render(block: Block): void {
    if (count > most.elements) return;
    const { type, nesting, tag, content, children } = block;
    if (nesting === -1) {
      if (!block.hidden && elements.has(tag)) close();
    } else if (type === "inline") {
      const heading = /^H\d$/.test(top().element.tagName) ? top().element : undefined;
      for (const child of toTask(children)) render(child);
      if (heading) heading.id = toHeadingId(surroundings.anchor, toSlug(heading.textContent));
    } else if (nesting === 1) {
      if (!block.hidden && elements.has(tag)) open(toElement(block));
    } else if (type === "fence" || type === "code_block") add(fence(content, block.info));
    else if (type === "code_inline") add(h("code", { attributes: { dir: "ltr" } }, ...toNodes(content)));
    else if (type === "hr") add(h("hr"));
    else if (type === "hardbreak") add(h("br"));
    else if (type === "softbreak") add("\n");
    else if (type === "image") addPicture(block.attrs["src"] ?? "", content);
    else if (type === "task") add(task(content));
    else if (block.html.length > 0) for (const part of block.html) renderHtml(part);
    else add(...toNodes(content));
  }

  function toElement({ tag, attrs }: Block): HTMLElement {
    if (tag === "a") return anchor(attrs["href"] ?? "");
    // Each block has the direction of its own text, as on GitHub.
    const attributes = directed.has(tag) ? { dir: "auto" } : {};
    if (/^h\d$/.test(tag)) return h(lower(tag), { attributes });
    const element = h(tag as "p", { attributes });
    if (tag === "ol" && /^\d{1,9}$/.test(attrs["start"] ?? "")) element.setAttribute("start", attrs["start"] ?? "");
    const [, side] = /text-align:(center|right)/.exec(attrs["style"] ?? "") ?? [];
    if (side !== undefined) element.className = `to-${side}`;
    return element;
  }

  function anchor(href: string): HTMLElement {
    const address = toLinkAddress(href, surroundings);
    if (address === undefined) return h("span", { class: "no-link" });
    return address.startsWith("#") ? h("a", { attributes: { href: address } }) : link(address, {});
  }

  function addPicture(source: string, alt: string): void {
    const found = findPicture(source, surroundings);
    if (found && "own" in found) return add(picture(found.own, alt));
    if (found === undefined) return add(h("span", { class: "held" }, ...toNodes(alt || "Picture")));
    const place = h(
      "span",
      { class: "held" },
      ...toNodes(alt || "Picture"),
      " ",
      bdi(new URL(found.elsewhere).host, "held-host"),
    );
    held.push(() => place.replaceWith(picture(found.elsewhere, alt)));
    return add(place);
  }

  function renderHtml(part: HtmlPart): void {
    if (part.kind === "text") return add(...toNodes(part.text));
    const { name } = part;
    if (name === "br" || name === "hr") return part.kind === "open" ? add(h(name)) : undefined;
    if (part.kind === "close") {
      const opened = stack.findLastIndex(({ html }, n) => n > 0 && html === name);
      // Only through HTML: what Markdown has opened since then is closed by Markdown.
      if (opened > 0 && stack.slice(opened).every(({ html }) => html !== undefined)) stack.length = opened;
      return undefined;
    }
    if (name === "img") return addPicture(part.src ?? "", part.alt ?? "");
    if (name === "a") return open(anchor(part.href ?? ""), name);
    if (/^h\d$/.test(name)) return open(h(lower(name)), name);
    return open(h((name === "center" ? "div" : name) as "p"), name);
  }

  if (frontMatter !== undefined) add(fence(frontMatter, "yaml"));
  for (const block of blocks) render(block);
  markAlerts(root);
  return { element: root, held, isCut: count > most.elements };
}

/** A wide table scrolls by itself. */
function inBox(table: HTMLElement): HTMLElement {
  return h("div", { class: "table-box", attributes: { tabindex: "0", role: "group", "aria-label": "Table" } }, table);
}

/** Headings of a document are below those of the page: the gist's title and the file's name. */
function lower(tag: string): "h3" | "h4" | "h5" | "h6" {
  return `h${Math.min(Number(tag[1]) + 2, 6)}` as "h3";
}

/** `[ ] text` at the beginning, as of a task list (https://github.github.com/gfm/#task-list-items-extension-). */
function toTask(children: Block[]): Block[] {
  const [first, ...others] = children;
  const [whole, mark] = /^\[([ xX])\] /.exec(first?.type === "text" ? first.content : "") ?? [];
  if (!first || whole === undefined) return children;
  const box: Block = { ...first, type: "task", content: mark === " " ? "To do" : "Done" };
  return [box, { ...first, content: first.content.slice(whole.length) }, ...others];
}

function task(state: string): HTMLElement {
  return h("span", {
    class: `task ${state === "Done" ? "done" : ""}`,
    attributes: { role: "img", "aria-label": state },
  });
}

/** `> [!NOTE]` and its kin (https://docs.github.com/get-started/writing-on-github#alerts). */
function markAlerts(root: HTMLElement): void {
  for (const quote of root.querySelectorAll("blockquote")) {
    const text = quote.firstElementChild?.firstChild;
    const [whole, kind] = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*/.exec(text?.textContent ?? "") ?? [];
    if (!text || kind === undefined || whole === undefined) continue;
    text.textContent = (text.textContent ?? "").slice(whole.length);
    quote.classList.add("alert", `alert-${kind.toLowerCase()}`);
    quote.prepend(h("p", { class: "alert-kind" }, `${kind[0]}${kind.slice(1).toLowerCase()}`));
  }
}
