/** What Prometheus answers, as the data frames of Grafana's datasource for it. */

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [seconds: number, value: string];

/** A series of the HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/): a range has `values`. */
export interface Series {
  metric: Labels;
  value?: Sample;
  values?: readonly Sample[];
}

/** A query of a panel, in Grafana's words. */
export interface Target {
  refId: string;
  expr: string;
  format: string;
  legendFormat?: string;
}

interface Field {
  name: string;
  type: "time" | "number" | "string";
  values: (number | string)[];
  labels?: Labels;
  config?: { displayNameFromDS?: string; interval?: number };
}

/** As `toDataFrame` of @grafana/data takes it. */
export interface Frame {
  refId: string;
  name?: string;
  fields: Field[];
}

const numbers: Readonly<Record<string, number>> = { "+Inf": Infinity, "-Inf": -Infinity };
const toNumber = (text: string) => numbers[text] ?? Number(text);

/** The legend of a series: labels in place of their names in braces; without a legend the series, or its query. */
export function toLegend(metric: Labels, { expr, legendFormat }: Pick<Target, "expr" | "legendFormat">): string {
  if (legendFormat) return legendFormat.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => metric[label] ?? "");
  const { __name__: name = "", ...labels } = metric;
  const pairs = Object.keys(labels)
    .sort()
    .map((label) => `${label}="${labels[label]}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(", ")}}` : name || expr;
}

/** A frame a series: its times in milliseconds, and its numbers. */
function toLine({ metric, value, values }: Series, target: Target, step: number): Frame {
  const samples = values ?? (value ? [value] : []);
  const name = toLegend(metric, target);
  return {
    refId: target.refId,
    name,
    fields: [
      // Where a point is missing for longer than this, Grafana draws a gap.
      { name: "Time", type: "time", values: samples.map(([at]) => at * 1000), config: { interval: step * 1000 } },
      {
        name: "Value",
        type: "number",
        values: samples.map(([, text]) => toNumber(text)),
        labels: metric,
        config: { displayNameFromDS: name },
      },
    ],
  };
}

/** One frame with a row a series: time, labels, number. */
function toTable(series: readonly Series[], { refId }: Target): Frame {
  const rows = series.flatMap(({ metric, value }) => (value ? [{ metric, value }] : []));
  const labels = [...new Set(rows.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return {
    refId,
    fields: [
      { name: "Time", type: "time", values: rows.map(({ value: [at] }) => at * 1000) },
      ...labels.map((name): Field => ({ name, type: "string", values: rows.map(({ metric }) => metric[name] ?? "") })),
      { name: "Value", type: "number", values: rows.map(({ value: [, text] }) => toNumber(text)) },
    ],
  };
}

/**
 * The frames of a query.
 * @param step of a range, in seconds
 */
export function toFrames(series: readonly Series[], target: Target, step: number): Frame[] {
  if (series.length === 0) return [];
  return target.format === "table" ? [toTable(series, target)] : series.map((one) => toLine(one, target, step));
}
