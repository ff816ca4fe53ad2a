import { toDashboard } from "./dashboard.ts";
import type { Panel } from "./model.ts";

const service = '{service_name="edge-gists",container="edge-gists",namespace=~"$namespace"}';
const gateway = '{service_name="istio-ingressgateway"}';

const amounts: Panel[] = [
  {
    title: "How many lines are logged, at which level?",
    description: "Lines of the service by level.",
    unit: "short",
    queries: [{ expr: `sum by (level) (count_over_time(${service}[$__auto]))`, legend: "{{level}}", from: "loki" }],
    stacked: true,
    min: 0,
  },
  {
    title: "Which messages are not about requests?",
    description:
      "docs/telemetry.md explains each message. Lines that are not JSON, such as Node's own warnings, are left out.",
    unit: "short",
    queries: [
      {
        expr: `sum by (msg) (count_over_time(${service} | json | __error__="" | msg!="request" [$__auto]))`,
        legend: "{{msg}}",
        from: "loki",
      },
    ],
    stacked: true,
    min: 0,
  },
];

const causes: Panel[] = [
  {
    title: "Which resources take longest?",
    description: "The slowest responses in the selected range, by resource.",
    unit: "s",
    kind: "table",
    queries: [
      {
        expr: `topk(10, max_over_time(${service} | json | msg="request" | unwrap duration_seconds | __error__="" [$__range]) by (resource, handling))`,
        from: "loki",
        instant: true,
      },
    ],
  },
  {
    title: "Which traces are slow?",
    description: "Requests of the service above half a second, from Tempo. Click one.",
    unit: "none",
    kind: "table",
    queries: [{ expr: '{ resource.service.name = "edge-gists" && kind = server && duration > 500ms }', from: "tempo" }],
  },
];

const lines: Panel[] = [
  {
    title: "What went wrong?",
    description: "Warnings and errors. The field trace_id leads to the trace.",
    unit: "none",
    kind: "logs",
    queries: [
      {
        expr: '{service_name="edge-gists",container="edge-gists",namespace=~"$namespace",level=~"warn|error"}',
        from: "loki",
      },
    ],
    width: 24,
    height: 10,
  },
  {
    title: "What did the gateway refuse or fail?",
    description: "Access log lines with a status of 500 or above, or with one of Envoy's flags.",
    unit: "none",
    kind: "logs",
    queries: [{ expr: `${gateway} | json | status >= 500 or (flags != "-" and flags != "")`, from: "loki" }],
    width: 24,
    height: 10,
  },
];

export const logs = toDashboard({
  uid: "edge-gists-logs",
  title: "Edge Gists: logs",
  description: "What does the service log, and about which requests?",
  rows: [
    { title: "Amounts", panels: amounts },
    { title: "Causes", panels: causes },
    { title: "Lines", panels: lines },
  ],
});
