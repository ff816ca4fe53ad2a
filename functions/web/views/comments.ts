import { renderMarkdown } from "../markdown/render.ts";
import { documentNotices } from "../viewers/markdown.ts";
import { work } from "../work/client.ts";
import { toExcerpt } from "../code/excerpt.ts";
import type { Comment, Gist } from "../edge/gists.ts";
import { h } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { bdi, toNodes } from "../page/plain.ts";
import type { PartRoute } from "../page/route.ts";
import { gistHead } from "./gist-head.ts";
import { type Follow, type Links, pager, whereIn } from "./pager.ts";
import { personLink } from "./person.ts";
import { timeView } from "./time.ts";

/** A page of the comments on a gist, oldest first. */
export function commentsView(
  route: PartRoute,
  gist: Gist | undefined,
  comments: Comment[],
  links: Links,
  follow: Follow,
): HTMLElement[] {
  const pages = pager(route, links, follow);
  if (comments.length === 0)
    return [gistHead(route, gist), h("p", { class: "nothing" }, "Nobody has commented on this gist.")];
  const count = formatItems(comments.length, "comment");
  const bodies = comments.map(({ body }) => sourceOf(body));
  void render(comments, bodies, route.gist);
  return [
    gistHead(route, gist),
    h("p", { class: "fine bar-above" }, pages ? `${whereIn(route, links)} · ${count}` : count),
    h(
      "ol",
      { class: "comments", attributes: { role: "list" } },
      ...comments.map((comment, n) => h("li", {}, commentItem(comment, bodies[n]))),
    ),
    ...(pages ? [pages] : []),
  ];
}

function commentItem({ author, createdAt, updatedAt, byOwner }: Comment, body: Node | undefined): HTMLElement {
  const created = timeView(createdAt);
  return h(
    "article",
    { class: "comment" },
    h(
      "h2",
      { class: "visually-hidden" },
      "Comment by ",
      author === undefined ? "a deleted account" : bdi(author.login),
    ),
    h(
      "header",
      { class: "facts" },
      author === undefined ? "Deleted account" : personLink(author),
      byOwner && h("span", { class: "tag" }, "owner"),
      created && h("span", {}, created),
      createdAt !== updatedAt && h("span", {}, "edited"),
    ),
    body,
  );
}

/** The text as written, until it is rendered. */
function sourceOf(text: string): HTMLElement {
  const element = h("div", { class: "comment-body source", attributes: { dir: "auto" } });
  const excerpt = toExcerpt(text);
  const showAll = () => element.replaceChildren(...toNodes(text));
  if (excerpt.linesLeft === 0 && excerpt.cutLines === 0) showAll();
  else {
    const button = h("button", { class: "plain", attributes: { type: "button" }, onclick: showAll }, "Show everything");
    element.append(...toNodes(excerpt.text), h("p", {}, button));
  }
  return element;
}

/** Renders comments in place, one after another: one that cannot be rendered stays as it was written. */
async function render(comments: Comment[], bodies: HTMLElement[], gist: string): Promise<void> {
  for (const [n, { body }] of comments.entries()) {
    try {
      const [parsed] = await work("markdown", { texts: [body] });
      if (!parsed) continue;
      const surroundings = { gist, htmlUrl: undefined, files: [], anchor: `comment-${n}` };
      const rendered = renderMarkdown(parsed, surroundings);
      const element = h("div", { class: "comment-body" }, ...documentNotices([rendered]), rendered.element);
      bodies[n]?.replaceWith(element);
    } catch (error) {
      console.info("not rendered:", error);
    }
  }
}
