/** One metric of the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface Family {
  name: string;
  type: string;
  help: string;
  rows: Row[];
}

/** One time series: a value, or the number and the mean of a histogram's observations. */
export interface Row {
  labels: string;
  value: number;
  /** Of histograms only. */
  mean?: number;
}

/** One line: a series with its value. */
export interface Sample {
  name: string;
  labels: string;
  value: number;
}

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?\d[\d.e+-]*)(?: |$)/;

/** Reads one line; undefined for comments, other text, and values that are no finite number. */
export function toSample(line: string): Sample | undefined {
  const [, name = "", labels = "", value = ""] = sample.exec(line) ?? [];
  return name === "" ? undefined : { name, labels, value: Number(value) };
}

/** Reads the text. Lines that are not of the format, and values that are no finite number, are left out. */
export function parseExposition(text: string): Family[] {
  const families = new Map<string, Family>();
  const sums = new Map<string, number>();
  const family = (name: string) => {
    const known = families.get(name) ?? { name, type: "untyped", help: "", rows: [] };
    families.set(name, known);
    return known;
  };
  for (const line of text.split("\n")) {
    const [, word, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (word === "HELP") family(name).help = rest;
    else if (word === "TYPE") family(name).type = rest;
    const read = toSample(line);
    if (!read) continue;
    const { name: series, labels, value } = read;
    const [, base = "", part] = /^(.+)_(bucket|sum|count)$/.exec(series) ?? [];
    if (families.get(base)?.type !== "histogram") family(series).rows.push({ labels, value });
    else if (part === "sum") sums.set(`${base} ${labels}`, value);
    else if (part === "count") family(base).rows.push({ labels, value });
  }
  for (const { name, type, rows } of families.values())
    for (const row of rows)
      if (type === "histogram") row.mean = row.value === 0 ? 0 : (sums.get(`${name} ${row.labels}`) ?? 0) / row.value;
  return [...families.values()];
}

const unescaped: Record<string, string> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };

/** The labels of a series, as names and values. */
export function toLabels(text: string): [name: string, value: string][] {
  return [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, name = "", value = ""]) => [
    name,
    value.replaceAll(/\\[\\"n]/g, (sequence) => unescaped[sequence] ?? sequence),
  ]);
}
