import { type Row, toDatasource, toPanel } from "./model.ts";

export interface DashboardOptions {
  uid: string;
  title: string;
  description: string;
  rows: readonly Row[];
}

const defaultHeight = 8;

/** Panels from left to right, a new line where the next does not fit, under a heading a row. */
function toPanels(rows: readonly Row[]) {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: "row",
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: 24, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of row.panels) {
      const [w, h] = [panel.width ?? 12, panel.height ?? defaultHeight];
      if (x + w > 24) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      panels.push(toPanel(panel, panels.length + 1, { x, y, w, h }));
      x += w;
      lineHeight = Math.max(lineHeight, h);
    }
    y += lineHeight;
  }
  return panels;
}

/** A dashboard as Grafana's file provisioning takes it: classic JSON, without an id of its own. */
export function toDashboard({ uid, title, description, rows }: DashboardOptions) {
  return {
    uid,
    title,
    description,
    tags: ["edge-gists"],
    schemaVersion: 42,
    editable: false,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    timezone: "browser",
    links: [
      {
        type: "dashboards",
        title: "Edge Gists",
        tags: ["edge-gists"],
        icon: "dashboard",
        tooltip: "The other dashboards, with the same time and namespace",
        targetBlank: false,
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    annotations: { list: [] },
    templating: {
      list: [
        {
          name: "namespace",
          label: "Namespace",
          type: "query",
          datasource: toDatasource("mimir"),
          query: { query: 'label_values(up{job="edge-gists"}, namespace)', refId: "namespace" },
          definition: 'label_values(up{job="edge-gists"}, namespace)',
          refresh: 2,
          includeAll: true,
          allValue: ".*",
          multi: false,
          current: { text: "All", value: "$__all" },
        },
      ],
    },
    panels: toPanels(rows),
  };
}
