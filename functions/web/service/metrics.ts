import { element } from "./element.ts";
import { type Family, parseExposition, toLabels } from "./exposition.ts";

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

/** A metric as a section: what it means, and a table of its series. */
function toSection({ name, type, help, rows }: Family): HTMLElement {
  const names = [...new Set(rows.flatMap(({ labels }) => toLabels(labels).map(([label]) => label)))];
  const values = type === "histogram" ? ["Count", "Mean"] : ["Value"];
  const heading = (text: string, attributes = {}) => element("th", { scope: "col", ...attributes }, text);
  const body = rows.map(({ labels, value, mean }) => {
    const given = new Map(toLabels(labels));
    const cells = names.map((label) => element("td", {}, given.get(label) ?? ""));
    const figures = mean === undefined ? [value] : [value, mean];
    return element(
      "tr",
      {},
      ...cells,
      ...figures.map((figure) => element("td", { class: "number" }, number.format(figure))),
    );
  });
  const table = element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...names.map((text) => heading(text)),
        ...values.map((text) => heading(text, { class: "number" })),
      ),
    ),
    element("tbody", {}, ...body),
  );
  return element(
    "section",
    { class: "family", "data-text": `${name} ${help}`.toLowerCase() },
    element("h2", {}, element("code", {}, name), " ", element("span", { class: "type" }, type)),
    element("p", {}, help),
    // A region of its own, since it may scroll sideways.
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Values of ${name}` }, table),
  );
}

/** Shows the figures in place of those before, and those only that the field asks for. */
export function createMetrics(place: HTMLElement, filter: HTMLInputElement, say: (text: string) => void) {
  function apply(): void {
    const wanted = filter.value.trim().toLowerCase().split(/\s+/);
    const sections = [...place.querySelectorAll<HTMLElement>(".family")];
    for (const section of sections)
      section.hidden = !wanted.every((word) => section.dataset["text"]?.includes(word) === true);
    const shown = sections.filter(({ hidden }) => !hidden).length;
    say(`${shown} of ${sections.length} metrics`);
  }
  filter.addEventListener("input", apply);

  return function show(text: string): void {
    const families = parseExposition(text).filter(({ rows }) => rows.length > 0);
    place.replaceChildren(...families.map(toSection));
    apply();
  };
}
