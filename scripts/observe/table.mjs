/** What a terminal shows of the panels. */

const round = (number) => String(Number(number.toPrecision(3)));

function scale(number, steps) {
  const [size, name] = steps.findLast(([least]) => Math.abs(number) >= least) ?? steps[0];
  return `${round(number / size)} ${name}`;
}

const bytes = [
  [1, "B"],
  [1e3, "kB"],
  [1e6, "MB"],
  [1e9, "GB"],
];

/** A number in one of Grafana's units (observability/dashboards/model.ts). */
export function toText(number, unit) {
  switch (unit) {
    case "s":
      return scale(number * 1000, [
        [1, "ms"],
        [1000, "s"],
        [60_000, "min"],
      ]);
    case "ms":
      return `${round(number)} ms`;
    case "percentunit":
      return `${round(number * 100)} %`;
    case "bytes":
      return scale(number, bytes);
    case "Bps":
      return `${scale(number, bytes)}/s`;
    case "reqps":
    case "ops":
    case "cps":
      return `${round(number)}/s`;
    case "bool_yes_no":
      return number === 0 ? "no" : "yes";
    default:
      return round(number);
  }
}

const marks = { data: "+", waiting: "!", without: " " };

function toCell({ state, value, unit, detail, needs }) {
  if (state === "without") return `needs ${needs}`;
  if (state === "waiting") return `no data yet: ${detail}`;
  return value === undefined ? detail : toText(value, unit);
}

const has = ({ state }) => state === "data";
const could = ({ state }) => state !== "without";

/** A line a panel, under the title of its dashboard. */
export function toPanelTable(dashboards) {
  const titles = dashboards.flatMap(({ panels }) => panels.map(({ title }) => title.length));
  const width = Math.max(...titles);
  return dashboards
    .map(({ title, panels }) =>
      [
        `\n${title}`,
        ...panels.map((panel) => `  ${marks[panel.state]} ${panel.title.padEnd(width)}  ${toCell(panel)}`),
      ].join("\n"),
    )
    .join("\n");
}

/** Panels with data, and what others need. */
function toCounts(panels) {
  const possible = panels.filter(could);
  const lacks = Object.entries(
    Object.groupBy(
      panels.filter((panel) => !could(panel)),
      ({ needs }) => needs,
    ),
  );
  return [
    ...(possible.length > 0 ? [`${possible.filter(has).length} of ${possible.length} panels have data`] : []),
    ...lacks.map(([what, { length }]) => `${length} ${length === 1 ? "needs" : "need"} ${what}`),
  ].join(", ");
}

/**
 * A line a dashboard, and where it is.
 * @param {string} [grafana] its address
 */
export function toSummary(dashboards, grafana) {
  const width = Math.max(...dashboards.map(({ title }) => title.length));
  return dashboards
    .map(({ uid, title, panels }) => {
      const address = grafana ? `\n  ${" ".repeat(width)}   ${grafana}/d/${uid}` : "";
      return `  ${title.padEnd(width)}   ${toCounts(panels)}${address}`;
    })
    .join("\n");
}
