/**
 * As much of Grafana's classic dashboard JSON (schema 42) as these dashboards use. Fields that never differ are Grafana's
 * defaults, which its schemas require: test/platform/observability/schemas.test.ts.
 */

/** Grafana's ids of units (https://github.com/grafana/grafana/tree/main/packages/grafana-data/src/valueFormats). */
export type Unit =
  | "reqps"
  | "ops"
  | "cps"
  | "s"
  | "ms"
  | "percentunit"
  | "short"
  | "bytes"
  | "Bps"
  | "none"
  | "bool_yes_no";

export type DatasourceUid = "mimir" | "loki" | "tempo";

const datasourceTypes = { mimir: "prometheus", loki: "loki", tempo: "tempo" } as const satisfies Record<
  DatasourceUid,
  string
>;

export interface Query {
  expr: string;
  /** Grafana's legend, such as `{{route}}`. */
  legend?: string;
  /** Where it is asked; mimir unless told. */
  from?: DatasourceUid;
  /** Also fetches exemplars, which lead to traces. */
  exemplars?: boolean;
  /** One value for the range's end instead of a line. */
  instant?: boolean;
}

export type Threshold = readonly [from: number, color: "green" | "yellow" | "red"];

export interface Panel {
  /** A question, or an answer. */
  title: string;
  /** How to read it, and what to do. */
  description: string;
  unit: Unit;
  kind?: "timeseries" | "stat" | "table" | "logs";
  /** The first one's bound is where everything begins, and is left out of the JSON. */
  thresholds?: readonly Threshold[];
  queries: readonly Query[];
  /** Of 24 columns. */
  width?: number;
  height?: number;
  /** Stacks the lines upon another. */
  stacked?: boolean;
  min?: number;
  max?: number;
}

export interface Row {
  title: string;
  panels: readonly Panel[];
}

export function toDatasource(uid: DatasourceUid) {
  return { type: datasourceTypes[uid], uid };
}

function toTarget({ expr, legend, from = "mimir", exemplars, instant }: Query, index: number, kind: Panel["kind"]) {
  const format = kind === "table" ? "table" : "time_series";
  return {
    refId: String.fromCodePoint(65 + index),
    datasource: toDatasource(from),
    ...(from === "tempo"
      ? { query: expr, queryType: "traceql", tableType: "traces", limit: 20, filters: [] }
      : { expr }),
    ...(from === "mimir" && { format, exemplar: exemplars ?? false, editorMode: "code" }),
    ...(from !== "tempo" && { instant: instant ?? false, range: !instant }),
    ...(from === "loki" && { queryType: instant ? "instant" : "range" }),
    ...(legend !== undefined && { legendFormat: legend }),
  };
}

/** Below the lines Grafana gives a third of the height to it, which is two series; others are scrolled to. */
function toLegend(queries: Panel["queries"], width: number) {
  const isLong = queries.length > 2 || queries.some(({ legend }) => legend?.includes("{{"));
  const placement = isLong && width >= 12 ? "right" : "bottom";
  return { displayMode: "table", placement, calcs: ["lastNotNull", "max"], showLegend: true };
}

const toOptions = (queries: Panel["queries"], width: number) => ({
  timeseries: { legend: toLegend(queries, width), tooltip: { mode: "multi", sort: "desc" } },
  stat: {
    reduceOptions: { calcs: ["lastNotNull"] },
    colorMode: "background",
    graphMode: "area",
    justifyMode: "auto",
    orientation: "auto",
    percentChangeColorMode: "standard",
    showPercentChange: false,
    textMode: "auto",
    wideLayout: true,
  },
  table: { frameIndex: 0, showHeader: true },
  logs: {
    dedupStrategy: "none",
    enableLogDetails: true,
    prettifyLogMessage: false,
    showCommonLabels: false,
    showLabels: false,
    showLogContextToggle: false,
    showTime: true,
    sortOrder: "Descending",
    wrapLogMessage: true,
  },
});

export function toPanel(panel: Panel, id: number, gridPos: { x: number; y: number; w: number; h: number }) {
  const { title, description, unit, kind = "timeseries", thresholds, queries, stacked, min, max } = panel;
  const steps = (thresholds ?? [[0, "green"]]).map(([value, color], index) => ({
    color,
    value: index === 0 ? null : value,
  }));
  return {
    id,
    type: kind,
    title,
    description,
    gridPos,
    datasource: toDatasource(queries[0]?.from ?? "mimir"),
    targets: queries.map((query, index) => toTarget(query, index, kind)),
    fieldConfig: {
      defaults: {
        unit,
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
        thresholds: { mode: "absolute", steps },
        ...(kind === "timeseries" && {
          custom: {
            fillOpacity: stacked ? 40 : 8,
            showPoints: "never",
            stacking: { mode: stacked ? "normal" : "none" },
            thresholdsStyle: { mode: thresholds ? "line" : "off" },
          },
        }),
      },
      overrides: [],
    },
    options: toOptions(queries, gridPos.w)[kind],
  };
}
