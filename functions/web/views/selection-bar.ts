import type { Gist } from "../edge/gists.ts";
import { isSort, select, type Selection, type Sort, toLanguages } from "../list/select.ts";
import { announce } from "../page/announce.ts";
import { h } from "../page/dom.ts";
import { formatCount } from "../page/format.ts";
import { type Route, toHref } from "../page/route.ts";

const orders: Record<Sort, string> = {
  updated: "Last updated",
  created: "Newest",
  oldest: "Oldest",
  comments: "Most comments",
  files: "Most files",
  name: "File name",
};

/**
 * Filters and sorts the gists that are loaded, while one types. The choice is kept in the address.
 * @param show shows these gists in that order; its links keep the selection
 */
export function selectionBar(
  route: Extract<Route, { view: "user" | "public" }>,
  gists: Gist[],
  show: (selected: Gist[], selection: Selection) => void,
): HTMLElement {
  const { filter = "", language, sort } = route;
  const field = h("input", {
    attributes: { type: "search", id: "filter", autocomplete: "off", spellcheck: "false", maxlength: "200" },
  });
  field.value = filter;
  const languages = toLanguages(gists);
  // One that no gist of this page has stays chosen: it may be on the next.
  if (language !== undefined && !languages.includes(language)) languages.unshift(language);
  const byLanguage = choice(
    [["", "All languages"], ...languages.map((name): [string, string] => [name, name])],
    language,
  );
  const bySort = choice([["", "GitHub's order"], ...Object.entries(orders)], sort);
  const count = h("p", { class: "selected-count" });

  function apply(): Selection {
    const selection: Selection = {
      filter: field.value.trim() || undefined,
      language: byLanguage.value || undefined,
      sort: isSort(bySort.value) ? bySort.value : undefined,
    };
    const selected = select(gists, selection);
    show(selected, selection);
    const isWhole = selection.filter === undefined && selection.language === undefined;
    count.textContent = isWhole
      ? ""
      : `${selected.length === 0 ? "None" : formatCount(selected.length)} of the ${formatCount(gists.length)} loaded gists`;
    return selection;
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  function change(): void {
    history.replaceState(history.state, "", toHref({ ...route, ...apply() }));
    clearTimeout(timer);
    // Not after each letter.
    timer = setTimeout(() => announce(count.textContent || "All loaded gists"), 500);
  }
  for (const element of [field, byLanguage, bySort]) element.addEventListener("input", change);
  apply();
  const label = (words: string, element: HTMLElement) => h("label", {}, words, element);
  return h(
    "div",
    { class: "selection", attributes: { role: "group", "aria-label": "Loaded gists" } },
    label("Filter", field),
    label("Language", byLanguage),
    label("Sort", bySort),
    count,
  );
}

function choice(options: [string, string][], chosen: string | undefined): HTMLSelectElement {
  const element = h("select", {}, ...options.map(([value, words]) => h("option", { attributes: { value } }, words)));
  element.value = chosen ?? "";
  return element;
}
