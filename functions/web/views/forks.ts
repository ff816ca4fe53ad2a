import type { Gist } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { type PartRoute, toHref } from "../page/route.ts";
import { gistHead } from "./gist-head.ts";
import { type Follow, type Links, pager, whereIn } from "./pager.ts";
import { personLink } from "./person.ts";
import { timeView } from "./time.ts";

/** A page of a gist's forks with their owners. */
export function forksView(
  route: PartRoute,
  gist: Gist | undefined,
  forks: Gist[],
  links: Links,
  follow: Follow,
): HTMLElement[] {
  const pages = pager(route, links, follow);
  if (forks.length === 0) return [gistHead(route, gist), h("p", { class: "nothing" }, "Nobody has forked this gist.")];
  const count = formatItems(forks.length, "fork");
  return [
    gistHead(route, gist),
    h("p", { class: "fine bar-above" }, pages ? `${whereIn(route, links)} · ${count}` : count),
    h("ol", { class: "gists", attributes: { role: "list" } }, ...forks.map((fork) => h("li", {}, forkItem(fork)))),
    ...(pages ? [pages] : []),
  ];
}

function forkItem({ id, owner, description, createdAt, updatedAt }: Gist): HTMLElement {
  const [created, updated] = [timeView(createdAt), timeView(updatedAt)];
  const name = owner === undefined ? `Gist ${id.slice(0, 7)}` : `Fork by ${owner.login}`;
  return h(
    "article",
    { class: "card" },
    h("h2", {}, link(toHref({ view: "gist", gist: id, file: undefined }), { class: "card-link" }, bdi(name))),
    description !== "" && h("p", { class: "description" }, bdi(description)),
    h(
      "p",
      { class: "facts" },
      owner === undefined ? "Deleted account" : personLink(owner),
      created && h("span", {}, "forked ", created),
      updated && updatedAt !== createdAt && h("span", {}, "updated ", updated),
    ),
  );
}
