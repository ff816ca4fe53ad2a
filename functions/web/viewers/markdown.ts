import type { GistFile } from "../edge/gists.ts";
import type { Surroundings } from "../markdown/addresses.ts";
import { renderMarkdown, type Rendered } from "../markdown/render.ts";
import { h } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { runJob } from "../jobs/run-job.ts";

/** A Markdown file as a document. */
export async function markdownView({ content = "" }: GistFile, surroundings: Surroundings): Promise<HTMLElement> {
  const [parsed] = await runJob("markdown", { texts: [content] });
  if (!parsed) throw new Error("no document");
  const rendered = renderMarkdown(parsed, surroundings);
  return h("div", {}, ...documentNotices([rendered]), rendered.element);
}

/** What is missing in documents: the rest of a large one, and pictures of other sites with a button that loads them. */
export function documentNotices(rendered: readonly Rendered[]): HTMLElement[] {
  const notices: HTMLElement[] = [];
  if (rendered.some(({ isCut }) => isCut))
    notices.push(h("p", { class: "notice" }, "This document is long: its beginning is rendered. The source is whole."));
  const held = rendered.flatMap((one) => one.held);
  if (held.length > 0) {
    const load = () => {
      for (const show of held) show();
      notice.remove();
    };
    const notice = h(
      "p",
      { class: "notice" },
      `${formatItems(held.length, "picture")} of other sites ${held.length === 1 ? "is" : "are"} not loaded: those sites would see your address. `,
      h("button", { class: "plain", attributes: { type: "button" }, onclick: load }, "Load pictures"),
    );
    notices.push(notice);
  }
  return notices;
}
