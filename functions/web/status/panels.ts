import { formatBytes, formatClock, formatCount, formatDuration } from "../page/format.ts";
import type { Figures } from "./fleet.ts";

/** What a line shows at one time; null where it is not known. */
export type Value = number | null;

export interface Line {
  label: string;
  /** A custom property of style/tokens.css, with the line's colour. */
  colour: string;
  /** Lengths of dashes and gaps, so that lines differ without colours too. */
  dash?: number[];
  read: (figures: Figures) => number | undefined;
}

export interface Panel {
  title: string;
  /** Index of the line whose latest value is shown large; 0 if absent. */
  main?: number;
  /** What the large value counts. */
  unit: string;
  format: (value: number) => string;
  lines: Line[];
  /** The upper end of the axis; without it, what the data needs. */
  top?: number;
  /** True if there are no parts of what is counted. */
  whole?: boolean;
  /** A fact beside the lines. */
  note?: (figures: Figures) => string;
}

/** `0`, `0.25`, `7.5`, `1,234` */
export function formatRate(value: number): string {
  if (value === 0) return "0";
  return value < 10 ? String(Number(value.toFixed(value < 1 ? 2 : 1))) : formatCount(Math.round(value));
}

/** The buckets of durations end at 10 s: a percentile beyond is shown as that. */
const longest = 10;

/** Seconds, in the unit that people say. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return "0";
  return seconds >= longest ? "over 10 s" : formatDuration(seconds * 1000);
}

const formatShare = (share: number): string => `${Number((share * 100).toFixed(share > 0.99 && share < 1 ? 1 : 0))} %`;

const solid = undefined;
const dashes = [7, 4];
const dots = [2, 3];

const line = (label: string, colour: string, dash: number[] | undefined, read: Line["read"]): Line => ({
  label,
  colour,
  read,
  ...(dash && { dash }),
});

/** The charts of the page, in their order. */
export const panels: readonly Panel[] = [
  {
    title: "Requests",
    unit: "a second",
    format: formatRate,
    lines: [
      line("All", "--ask", solid, ({ requests }) => requests),
      line("4xx", "--late", dashes, ({ refused }) => refused),
      line("5xx", "--bridge", dots, ({ failed }) => failed),
    ],
  },
  {
    title: "Latency",
    main: 1,
    unit: "p95, to the response headers",
    format: formatSeconds,
    lines: [
      line("p50", "--ask", solid, ({ p50 }) => p50),
      line("p95", "--calm", dashes, ({ p95 }) => p95),
      line("p99", "--bridge", dots, ({ p99 }) => p99),
    ],
  },
  {
    title: "Hit share",
    unit: "from the cache without a wait (HIT, STALE)",
    format: formatShare,
    lines: [line("Hits", "--good", solid, ({ hitShare }) => hitShare)],
    top: 1,
    note: ({ entries, bytes }) => `${formatCount(entries)} entries, ${formatBytes(bytes)} in memory`,
  },
  {
    title: "Calls to GitHub",
    unit: "a second",
    format: formatRate,
    lines: [
      line("Calls", "--together", solid, ({ calls }) => calls),
      line("Stale responses instead", "--bridge", dots, ({ stale }) => stale),
    ],
    note: ({ circuitOpen }) => (circuitOpen > 0 ? "The circuit to GitHub is open" : ""),
  },
  {
    title: "GitHub budget",
    unit: "calls remain",
    format: formatCount,
    lines: [line("Remaining", "--calm", solid, ({ quota }) => quota?.remaining)],
    note: ({ quota }) =>
      quota ? `of ${formatCount(quota.limit)} an hour, next reset at ${formatClock(quota.reset)}` : "",
  },
  {
    title: "Processes",
    unit: "reached by this page in 30 s",
    format: formatCount,
    whole: true,
    lines: [
      line("Seen", "--calm", solid, ({ processes }) => processes),
      line("Requests in progress", "--ask", dots, ({ inFlight }) => inFlight),
    ],
    note: ({ connections }) => `There may be others; ${formatCount(connections)} open connections`,
  },
];
