/** Which parts of the dashboards have a picture in docs/images. */
import { dashboards } from "../../../observability/dashboards/all.ts";

/** Time that a picture shows. */
export const minutes = 10;

/** Types of panels that page.jsx draws. */
export const drawnTypes: readonly string[] = ["row", "stat", "table", "timeseries"];

interface Panel {
  type: string;
  title: string;
  gridPos: { y: number };
}

/**
 * The heading of a row, and the panels of its first lines.
 * @throws {Error} if the dashboard has no such row
 */
function panelsOf(uid: string, row: string, lines: number): Panel[] {
  const panels = (dashboards.find((dashboard) => dashboard.uid === uid)?.panels ?? []) as Panel[];
  const start = panels.findIndex(({ type, title }) => type === "row" && title === row);
  if (start < 0) throw new Error(`${uid} has no row ${row}`);
  const next = panels.findIndex(({ type }, index) => index > start && type === "row");
  const all = panels.slice(start, next < 0 ? undefined : next);
  const tops = [...new Set(all.map(({ gridPos }) => gridPos.y))];
  return all.filter(({ gridPos }) => tops.indexOf(gridPos.y) <= lines);
}

const uid = "edge-gists-service";

/** What needs a cluster, Redis or a GitHub App is below these lines, where that is possible. */
export const pictures = [
  { path: "docs/images/dashboard-requests.png", panels: panelsOf(uid, "Requests", 2) },
  { path: "docs/images/dashboard-cache.png", panels: panelsOf(uid, "Cache", 2) },
  { path: "docs/images/dashboard-github.png", panels: panelsOf(uid, "GitHub", 3) },
];
