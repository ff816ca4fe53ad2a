import type { Run } from "../changes/compare.ts";
import { type Pair, pairFiles } from "../changes/pair-files.ts";
import { toRows } from "../changes/rows.ts";
import type { Gist, GistFile } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { type Route, toHref } from "../page/route.ts";
import { changesTable } from "./changes-table.ts";
import { gistHead } from "./gist-head.ts";
import { changeCount } from "./history.ts";
import { personLink } from "./person.ts";
import { runJob } from "../jobs/run-job.ts";
import { timeView } from "./time.ts";

type ChangesRoute = Extract<Route, { view: "changes" }>;

const words: Record<Pair["kind"], string> = {
  added: "Added",
  removed: "Removed",
  renamed: "Renamed",
  changed: "Changed",
  same: "Unchanged",
};

/**
 * The changes from one state of a gist to another, file by file. Files are compared one after another once the view is
 * shown.
 * @param newest the gist as it is now, if known
 * @param before undefined for the changes of the first revision
 */
export function changesView(
  route: ChangesRoute,
  newest: Gist | undefined,
  before: Gist | undefined,
  after: Gist,
): HTMLElement[] {
  const pairs = pairFiles(before?.files ?? [], after.files);
  const changed = pairs.filter(({ kind }) => kind !== "same");
  const same = pairs.length - changed.length;
  const sections = changed.map((pair, n) => pairSection(pair, `change-${n}`));
  void fill(sections);
  return [
    gistHead(route, newest ?? { ...after, history: undefined }),
    changesHead(route, after),
    neighbours(route, newest, after),
    h(
      "p",
      { class: "fine bar-above" },
      [
        formatItems(changed.length, "file differs", "files differ"),
        same > 0 && formatItems(same, "is unchanged", "are unchanged"),
      ]
        .filter(Boolean)
        .join(", "),
    ),
    ...(before?.truncated || after.truncated
      ? [h("p", { class: "notice" }, "GitHub leaves out files of this gist: those are not compared.")]
      : []),
    ...(changed.length === 0
      ? [h("p", { class: "nothing" }, "All files are the same in both revisions.")]
      : sections.map(({ element }) => element)),
  ];
}

function changesHead({ gist, from, to }: ChangesRoute, after: Gist): HTMLElement {
  const revision = after.history?.find(({ sha }) => sha === to);
  const time = timeView(revision?.committedAt);
  const name = (sha: string) =>
    link(toHref({ view: "gist", gist, file: undefined, revision: sha }), {}, h("code", {}, bdi(sha.slice(0, 7))));
  return h(
    "p",
    { class: "facts changes-head" },
    h("span", {}, "From ", from === undefined ? "nothing" : name(from), " to ", name(to)),
    revision?.author && personLink(revision.author),
    time && h("span", {}, time),
  );
}

/** Links to the changes before and after these; empty if they are not known. */
function neighbours({ gist, from, to }: ChangesRoute, newest: Gist | undefined, after: Gist): HTMLElement {
  const history = newest?.history ?? after.history ?? [];
  const at = history.findIndex(({ sha }) => sha === to);
  const isStep = at >= 0 && history[at + 1]?.sha === from;
  const step = (sha: string | undefined, earlier: string | undefined, label: string) =>
    sha !== undefined &&
    link(toHref({ view: "changes", gist, from: earlier, to: sha }), { class: "button small" }, label);
  return h(
    "p",
    { class: "neighbours" },
    isStep && step(from, history[at + 2]?.sha, "Earlier change"),
    isStep && step(history[at - 1]?.sha, to, "Later change"),
  );
}

interface Section {
  element: HTMLElement;
  /** Compares the two files and shows the result. */
  fill(): Promise<void>;
}

async function fill(sections: Section[]): Promise<void> {
  for (const section of sections) await section.fill();
}

function pairSection(pair: Pair, id: string): Section {
  const before = "before" in pair ? pair.before : undefined;
  const after = "after" in pair ? pair.after : undefined;
  const name = after?.filename ?? before?.filename ?? "";
  const counts = h("span", { class: "file-counts" });
  const body = h("div", { class: "file-body", attributes: { "aria-busy": "true" } });
  const facts = h(
    "p",
    { class: "file-facts" },
    h("span", { class: `kind ${pair.kind}` }, words[pair.kind]),
    " ",
    counts,
  );
  const heading = h(
    "h2",
    { class: "file-name", attributes: { id: `${id}-name` } },
    ...(pair.kind === "renamed" ? [bdi(pair.before.filename), " → "] : []),
    bdi(name),
  );
  const element = h(
    "section",
    { class: "file", attributes: { id, "aria-labelledby": `${id}-name` } },
    h("header", { class: "file-head" }, heading, facts),
    body,
  );
  async function fill(): Promise<void> {
    const why = toReason(before, after);
    if (why !== undefined) {
      body.replaceChildren(h("p", { class: "nothing" }, why));
    } else {
      const texts = { before: before?.content ?? "", after: after?.content ?? "" };
      const runs = await runJob("compare", texts).catch(() => undefined);
      if (runs) {
        const count = (kind: Run["kind"]) =>
          runs.reduce((sum, run) => sum + (run.kind === kind ? run.lines.length : 0), 0);
        counts.replaceChildren(changeCount(count("added"), count("removed")));
        body.replaceChildren(
          ...(before?.truncated || after?.truncated
            ? [h("p", { class: "notice" }, "GitHub cuts files after a megabyte: the rest is not compared.")]
            : []),
          changesTable(toRows(runs), name),
        );
      } else {
        body.replaceChildren(h("p", { class: "nothing" }, "There are too many differences to compare line by line."));
      }
    }
    body.removeAttribute("aria-busy");
  }
  return { element, fill };
}

/** Why a file's lines are not compared; undefined if they are. */
function toReason(before: GistFile | undefined, after: GistFile | undefined): string | undefined {
  const files = [before, after].filter((file) => file !== undefined);
  if (files.some(({ base64 }) => base64)) return "A binary file: its contents are not compared.";
  if (files.some(({ content, size }) => content === undefined || (content === "" && size > 0)))
    return "GitHub leaves out the contents of this file.";
  if (files.every(({ content }) => content === "")) return "The file is empty.";
  if (before?.content === after?.content) return "The contents are the same.";
  return undefined;
}
