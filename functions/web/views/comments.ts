import { renderMarkdown } from "../markdown/render.ts";
import { documentNotices } from "../viewers/markdown.ts";
import { runJob } from "../jobs/run-job.ts";
import { toExcerpt } from "../code/excerpt.ts";
import { whenNear } from "../code/near.ts";
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
  return [
    gistHead(route, gist),
    h("p", { class: "fine bar-above" }, pages ? `${whereIn(route, links)} · ${count}` : count),
    h(
      "ol",
      { class: "comments", attributes: { role: "list" } },
      ...comments.map((comment, n) => {
        const body = sourceOf(comment.body);
        renderLater(body, comment.body, route.gist, `comment-${n}`);
        return h("li", {}, commentItem(comment, body));
      }),
    ),
    ...(pages ? [pages] : []),
  ];
}

function commentItem({ author, createdAt, updatedAt, byOwner }: Comment, body: Node): HTMLElement {
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

/** Renders a comment in place once it is near the window. One that cannot be rendered stays as it was written. */
function renderLater(source: HTMLElement, text: string, gist: string, anchor: string): void {
  whenNear(
    source,
    () => {
      void render(text, gist, anchor).then(
        (rendered) => source.replaceWith(rendered),
        (error: unknown) => console.info("not rendered:", error),
      );
    },
    () => source.replaceChildren(...toNodes(text)),
  );
}

async function render(text: string, gist: string, anchor: string): Promise<HTMLElement> {
  const [parsed] = await runJob("markdown", { texts: [text] });
  if (!parsed) throw new Error("no document");
  const rendered = renderMarkdown(parsed, { gist, htmlUrl: undefined, files: [], anchor });
  return h("div", { class: "comment-body" }, ...documentNotices([rendered]), rendered.element);
}
