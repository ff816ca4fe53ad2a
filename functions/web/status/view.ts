import { element } from "../service/element.ts";
import { createChart, formatExact } from "./chart.ts";
import type { Figures } from "./fleet.ts";
import { type Panel, panels, type Value } from "./panels.ts";
import type { Extent, Track } from "./track.ts";

const unknown = "–";

const toText = (value: Value | undefined, { format }: Panel) =>
  value === null || value === undefined ? unknown : format(value);

/** The line as it is drawn. */
function toMark(colour: string, dash: readonly number[] | undefined): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const mark = document.createElementNS(space, "svg");
  mark.setAttribute("viewBox", "0 0 24 4");
  mark.setAttribute("aria-hidden", "true");
  mark.classList.add("mark");
  mark.style.color = `var(${colour})`;
  const drawn = document.createElementNS(space, "path");
  drawn.setAttribute("d", "M0 2h24");
  if (dash) drawn.setAttribute("stroke-dasharray", dash.join(" "));
  mark.append(drawn);
  return mark;
}

/** One chart with its latest figures as text. */
function createCard(panel: Panel) {
  const now = element("strong", {}, unknown);
  const note = element("p", { class: "fine note" });
  const at = element("span", { class: "at" });
  const values = panel.lines.map(() => element("span", { class: "value" }, unknown));
  const legend = panel.lines.map(({ label, colour, dash }, index) =>
    element("li", {}, toMark(colour, dash), label, " ", values[index] ?? ""),
  );
  const place = element("div", { class: "plot", "aria-hidden": "true" });
  const card = element(
    "section",
    { class: "panel", "data-panel": panel.title },
    element("h2", {}, panel.title),
    element("p", { class: "now" }, now, ` ${panel.unit}`),
    note,
    place,
    element("ul", { class: "legend", role: "list" }, ...legend, element("li", { "aria-hidden": "true" }, at)),
  );

  let track: Pick<Track, "times"> & { values: Value[][] } = { times: [], values: [] };
  let pointed: number | null = null;

  /** Figures at the pointer, else the latest. */
  function showValues(): void {
    const index = pointed ?? track.times.length - 1;
    for (const [line, place] of values.entries()) place.textContent = toText(track.values[line]?.[index], panel);
    const time = track.times[index];
    at.textContent = pointed === null || time === undefined ? "" : `at ${formatExact(time)}`;
  }

  const chart = () =>
    createChart(place, panel, (index) => {
      pointed = index;
      showValues();
    });
  let drawn: ReturnType<typeof chart> | undefined;

  return {
    card,
    show(next: typeof track, figures: Figures | undefined) {
      track = next;
      // It needs its place in the document.
      drawn ??= chart();
      drawn.draw(track.times, track.values);
      now.textContent = toText(track.values[panel.main ?? 0]?.at(-1), panel);
      note.textContent = figures && panel.note ? panel.note(figures) : "";
      showValues();
    },
  };
}

/** The same figures as a table, for those who see no charts and for those who copy them. */
function createTable(place: HTMLElement) {
  const head = ["Figure", "Now", "Lowest", "Highest"].map((text, index) =>
    element("th", { scope: "col", ...(index > 0 && { class: "number" }) }, text),
  );
  const rows = panels.flatMap((panel, p) =>
    panel.lines.map(({ label }, l) => {
      const cells = [0, 1, 2].map(() => element("td", { class: "number" }, unknown));
      const name = `${panel.title}: ${label}`;
      return { panel, p, l, cells, row: element("tr", {}, element("th", { scope: "row" }, name), ...cells) };
    }),
  );
  place.append(
    element("caption", { class: "visually-hidden" }, "The figures of the charts: latest, lowest and highest"),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows.map(({ row }) => row)),
  );
  return function show(extent: (panel: number, line: number) => Extent): void {
    for (const { panel, p, l, cells } of rows) {
      const { now, low, high } = extent(p, l);
      for (const [index, value] of [now, low, high].entries()) {
        const cell = cells[index];
        if (cell) cell.textContent = toText(value, panel);
      }
    }
  };
}

/** Fills the charts and the table, and returns what shows the next figures in them. */
export function createView(charts: HTMLElement, table: HTMLElement) {
  const cards = panels.map((panel) => createCard(panel));
  charts.append(...cards.map(({ card }) => card));
  const showTable = createTable(table);
  return function show(
    { times, values }: Track,
    extent: (panel: number, line: number) => Extent,
    figures: Figures | undefined,
  ): void {
    for (const [index, card] of cards.entries()) card.show({ times, values: values[index] ?? [] }, figures);
    showTable(extent);
  };
}
