import MarkdownIt, { type Token } from "markdown-it";
import { type HtmlPart, toHtmlParts } from "./html-parts.ts";

/** A token of the parser (https://markdown-it.github.io/markdown-it/classes/Token.html), as far as the page draws it. */
export interface Block {
  type: string;
  /** 1 opens an element, -1 closes it, 0 stands for itself. */
  nesting: -1 | 0 | 1;
  tag: string;
  content: string;
  /** The words behind the fence of code. */
  info: string;
  attrs: Record<string, string>;
  /** Paragraphs of a tight list: they are no elements. */
  hidden: boolean;
  children: Block[];
  /** Of HTML only. */
  html: HtmlPart[];
}

/** A document as tokens. */
export interface Document {
  /** The YAML block that some documents begin with. */
  frontMatter: string | undefined;
  blocks: Block[];
}

// HTML arrives as tokens of text. The parser's own output, which is HTML, is never asked for.
const parser = new MarkdownIt({ html: true, linkify: true });
// GFM links http, https and www (https://github.github.com/gfm/#autolinks-extension-). `setup.py` is no address.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
parser.linkify.add("www.", {
  validate: (text, from) =>
    /^[-\w]+(?:\.[-\w]+)+(?:[/?#][^\s<]*[^\s<?!.,:*_~"')])?\/?/.exec(text.slice(from, from + 2000))?.[0].length ?? 0,
  normalize: (match) => void (match.url = `https://${match.url}`),
});
for (const schema of ["ftp:", "//", "mailto:"]) parser.linkify.add(schema, null);

/** Parses GitHub Flavored Markdown. */
export function parseMarkdown(text: string): Document {
  const [whole, frontMatter] = /^---\r?\n([^]{0,5000}?)\r?\n---(?:\r?\n|$)/.exec(text) ?? [""];
  return { frontMatter, blocks: parser.parse(text.slice(whole.length), {}).map(toBlock) };
}

function toBlock({ type, nesting, tag, content, info, attrs, hidden, children }: Token): Block {
  const isHtml = type === "html_block" || type === "html_inline";
  return {
    type,
    nesting,
    tag,
    content,
    info,
    attrs: Object.fromEntries((attrs ?? []).map(([name, value]) => [name, String(value)])),
    hidden,
    children: (children ?? []).map(toBlock),
    html: isHtml ? toHtmlParts(content) : [],
  };
}
