import { toDashboard } from "./dashboard.ts";
import type { Panel, Threshold } from "./model.ts";

/** What Faro's receiver writes of the explorer page, a line a signal in logfmt. */
const page = '{service_name="edge-gists-explorer"}';
const byKind = (kind: string) => `{service_name="edge-gists-explorer",kind="${kind}"}`;

/** P75 of a web vital, as https://web.dev/articles/vitals counts it. */
function vital(name: string, by = ""): string {
  return `quantile_over_time(0.75, ${byKind("measurement")} | logfmt | type="web-vitals" | ${name}!="" | unwrap ${name} | __error__="" [$__auto])${by ? ` by (${by})` : " by ()"}`;
}

interface Vital {
  name: "lcp" | "inp" | "cls" | "ttfb";
  title: string;
  description: string;
  unit: "ms" | "none";
  thresholds: readonly Threshold[];
}

/** Bounds of good and poor: https://web.dev/articles/vitals and https://web.dev/articles/ttfb. */
const vitals: readonly Vital[] = [
  {
    name: "lcp",
    title: "When is the page visible?",
    description: "Largest contentful paint, P75: good below 2.5 s, poor above 4 s.",
    unit: "ms",
    thresholds: [
      [0, "green"],
      [2500, "yellow"],
      [4000, "red"],
    ],
  },
  {
    name: "inp",
    title: "How fast does it respond to input?",
    description: "Interaction to next paint, P75: good below 200 ms, poor above 500 ms.",
    unit: "ms",
    thresholds: [
      [0, "green"],
      [200, "yellow"],
      [500, "red"],
    ],
  },
  {
    name: "cls",
    title: "Does its layout shift?",
    description: "Cumulative layout shift, P75: good below 0.1, poor above 0.25.",
    unit: "none",
    thresholds: [
      [0, "green"],
      [0.1, "yellow"],
      [0.25, "red"],
    ],
  },
  {
    name: "ttfb",
    title: "When does the first byte arrive?",
    description: "Time to first byte, P75: good below 800 ms, poor above 1.8 s.",
    unit: "ms",
    thresholds: [
      [0, "green"],
      [800, "yellow"],
      [1800, "red"],
    ],
  },
];

const now: Panel[] = vitals.map(({ name, ...panel }) => ({
  ...panel,
  kind: "stat" as const,
  queries: [{ expr: vital(name), from: "loki" as const }],
  width: 6,
  height: 5,
}));

const pages: Panel[] = [
  {
    title: "Which page is slow to appear?",
    description: "Largest contentful paint, P75, by page.",
    unit: "ms",
    thresholds: [
      [0, "green"],
      [2500, "red"],
    ],
    queries: [{ expr: vital("lcp", "page_id"), legend: "{{page_id}}", from: "loki" }],
    min: 0,
  },
  {
    title: "How long do the page's own requests take?",
    description: "Measured in the browser, P75, by cache outcome, with network and gateway.",
    unit: "ms",
    queries: [
      {
        expr: `quantile_over_time(0.75, ${byKind("measurement")} | logfmt | type="edge_answer" | unwrap duration_ms | __error__="" [$__auto]) by (context_handling)`,
        legend: "{{context_handling}}",
        from: "loki",
      },
    ],
    min: 0,
  },
  {
    title: "How many visitors are there?",
    description: "Sessions seen in each interval.",
    unit: "short",
    queries: [
      {
        expr: `count(sum by (session_id) (count_over_time(${page} | logfmt | session_id!="" [$__auto])))`,
        legend: "sessions",
        from: "loki",
      },
    ],
    min: 0,
  },
  {
    title: "What does the page report?",
    description: "Signals that Alloy received, by kind, and those that it could not forward.",
    unit: "ops",
    queries: [
      { expr: "sum(rate(faro_receiver_measurements_total[$__rate_interval]))", legend: "measurements" },
      { expr: "sum(rate(faro_receiver_events_total[$__rate_interval]))", legend: "events" },
      { expr: "sum(rate(faro_receiver_exceptions_total[$__rate_interval]))", legend: "exceptions" },
      { expr: "sum(rate(faro_receiver_exporter_errors_total[$__rate_interval])) or vector(0)", legend: "lost" },
    ],
    min: 0,
  },
];

const errors: Panel[] = [
  {
    title: "How many errors do visitors see, and where?",
    description: "Exceptions in the browser, by page.",
    unit: "short",
    queries: [
      {
        expr: `sum by (page_id) (count_over_time(${byKind("exception")} | logfmt [$__auto]))`,
        legend: "{{page_id}}",
        from: "loki",
      },
    ],
    width: 8,
    min: 0,
  },
  {
    title: "Which errors?",
    description: "The exceptions themselves, with page, browser and trace.",
    unit: "none",
    kind: "logs",
    queries: [{ expr: byKind("exception"), from: "loki" }],
    width: 16,
  },
];

export const experience = toDashboard({
  uid: "edge-gists-experience",
  title: "Edge Gists: user experience",
  description: "How do visitors experience the explorer page?",
  rows: [
    { title: "Web vitals", panels: now },
    { title: "Pages", panels: pages },
    { title: "Errors", panels: errors },
  ],
});
