import { slowMilliseconds } from "../slo.ts";
import { toDashboard } from "./dashboard.ts";
import type { Panel } from "./model.ts";
import { atGateway, fraction, quantile, sumRate } from "./promql.ts";

const received = 'istio_requests_total{reporter="destination"}';
const egress = 'source_workload="istio-egressgateway",reporter="source"';
const seconds = 1000;

const gateway: Panel[] = [
  {
    title: "Which statuses does the gateway send?",
    description: "Requests to the service's revisions, by status. 0: the client disconnected.",
    unit: "reqps",
    queries: [{ expr: sumRate(atGateway("istio_requests_total"), "response_code"), legend: "{{response_code}}" }],
    stacked: true,
    min: 0,
  },
  {
    title: "How long does a response take at the gateway?",
    description: `With queues, cold starts and proxies. ${slowMilliseconds / seconds} s is the limit of the objective.`,
    unit: "ms",
    thresholds: [
      [0, "green"],
      [slowMilliseconds, "red"],
    ],
    queries: [0.5, 0.95, 0.99].map((q) => ({
      expr: quantile(q, atGateway("istio_request_duration_milliseconds_bucket")),
      legend: `P${q * 100}`,
    })),
    min: 0,
  },
  {
    title: "Why does the mesh itself reject requests?",
    description:
      "Envoy's response flags: UH no healthy pod, UF no connection, UO overflow, UT timeout, URX retries exhausted, DC client disconnected. Retries that succeeded are not in Istio's metrics.",
    unit: "reqps",
    queries: [
      {
        expr: sumRate(
          'istio_requests_total{reporter="source",response_flags!="-"}',
          "response_flags",
          "destination_service_name",
        ),
        legend: "{{response_flags}} {{destination_service_name}}",
      },
    ],
    min: 0,
  },
  {
    title: "Who calls whom?",
    description: "Pairs of services, from traces (Tempo's service graph), and how many of these requests failed.",
    unit: "reqps",
    queries: [
      { expr: sumRate("traces_service_graph_request_total", "client", "server"), legend: "{{client}} → {{server}}" },
      {
        expr: sumRate("traces_service_graph_request_failed_total", "client", "server"),
        legend: "failed: {{client}} → {{server}}",
      },
    ],
    min: 0,
  },
];

const security: Panel[] = [
  {
    title: "Which fraction of the requests is encrypted by mTLS?",
    description: "Measured by the receiving side. Below 100 %: the next panel names the workloads.",
    unit: "percentunit",
    kind: "stat",
    thresholds: [
      [0, "red"],
      [0.99, "yellow"],
      [1, "green"],
    ],
    queries: [
      {
        expr: fraction(
          'istio_requests_total{reporter="destination",connection_security_policy="mutual_tls"}',
          received,
        ),
      },
    ],
    width: 6,
    min: 0,
    max: 1,
  },
  {
    title: "Which workloads call without mTLS?",
    description: "Should be empty. Workloads whose requests were not encrypted.",
    unit: "reqps",
    queries: [
      {
        expr: `${sumRate('istio_requests_total{reporter="destination",connection_security_policy!="mutual_tls"}', "source_workload", "destination_workload")} > 0`,
        legend: "{{source_workload}} → {{destination_workload}}",
      },
    ],
    width: 10,
  },
  {
    title: "When do certificates expire?",
    description:
      "Remaining time of cert-manager's certificates and of the mesh's root. Renewal is 30 days before the end.",
    unit: "s",
    kind: "stat",
    thresholds: [
      [0, "red"],
      [1_728_000, "green"],
    ],
    queries: [
      {
        expr: "min by (name) (certmanager_certificate_expiration_timestamp_seconds) - time()",
        legend: "{{name}}",
        instant: true,
      },
      { expr: "min(citadel_server_root_cert_expiry_timestamp) - time()", legend: "mesh root", instant: true },
    ],
    width: 8,
  },
];

const out: Panel[] = [
  {
    title: "How many connections go out to GitHub?",
    description: "Opened and closed by the egress gateway. The service keeps connections open, so that few are normal.",
    unit: "cps",
    queries: [
      {
        expr: sumRate(`istio_tcp_connections_opened_total{${egress}}`, "destination_service_name"),
        legend: "opened {{destination_service_name}}",
      },
      {
        expr: sumRate(`istio_tcp_connections_closed_total{${egress}}`, "destination_service_name"),
        legend: "closed {{destination_service_name}}",
      },
    ],
    width: 8,
    min: 0,
  },
  {
    title: "How much traffic goes out and comes in?",
    description: "Bytes between the egress gateway and GitHub. The content is the service's own TLS.",
    unit: "Bps",
    queries: [
      { expr: sumRate(`istio_tcp_received_bytes_total{${egress}}`), legend: "out" },
      { expr: sumRate(`istio_tcp_sent_bytes_total{${egress}}`), legend: "in" },
    ],
    width: 8,
    min: 0,
  },
  {
    title: "Does the service bypass the egress gateway?",
    description: "Should be empty. Connections of the service to destinations that the mesh does not know.",
    unit: "cps",
    queries: [
      {
        expr: `${sumRate('istio_tcp_connections_opened_total{reporter="source",source_workload_namespace="edge-gists",destination_service_name=~"BlackHoleCluster|PassthroughCluster"}', "source_workload", "destination_service_name")} > 0`,
        legend: "{{source_workload}} → {{destination_service_name}}",
      },
    ],
    width: 8,
    min: 0,
  },
];

const control: Panel[] = [
  {
    title: "How long until a change reaches the proxies?",
    description: "P95 from a change to the proxies. A start from zero also waits for it.",
    unit: "s",
    queries: [{ expr: quantile(0.95, "pilot_proxy_convergence_time_bucket"), legend: "P95" }],
    width: 8,
    min: 0,
  },
  {
    title: "Does istiod's configuration get rejected?",
    description: "Pushes by kind, and pushes rejected by a proxy.",
    unit: "ops",
    queries: [
      { expr: sumRate("pilot_xds_pushes", "type"), legend: "{{type}}" },
      { expr: sumRate("pilot_total_xds_rejects"), legend: "rejected" },
    ],
    width: 8,
    min: 0,
  },
  {
    title: "How many proxies are connected?",
    description: "To each istiod.",
    unit: "short",
    queries: [{ expr: "sum by (pod) (pilot_xds)", legend: "{{pod}}" }],
    width: 8,
    min: 0,
  },
];

export const mesh = toDashboard({
  uid: "edge-gists-mesh",
  title: "Edge Gists: mesh",
  description: "What happens between the client, the pods and GitHub, and is it all encrypted?",
  rows: [
    { title: "Gateway", panels: gateway },
    { title: "Identity and encryption", panels: security },
    { title: "Way out", panels: out },
    { title: "Control plane", panels: control },
  ],
});
