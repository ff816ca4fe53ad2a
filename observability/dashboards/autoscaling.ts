import { toDashboard } from "./dashboard.ts";
import type { Panel } from "./model.ts";
import { quantile, sumRate } from "./promql.ts";

/** Knative's own series of the service's revisions: it names namespace and revision by OpenTelemetry's attributes. */
function ofRevision(name: string): string {
  return `${name}{k8s_namespace_name="edge-gists"}`;
}

/** By revision; the highest, since a leader of old may still tell its last number. */
function byRevision(name: string): string {
  return `max by (kn_revision_name) (${ofRevision(name)})`;
}

function lines(names: Readonly<Record<string, string>>) {
  return Object.entries(names).map(([legend, name]) => ({
    expr: byRevision(name),
    legend: `${legend} {{kn_revision_name}}`,
  }));
}

const noPod = `(${byRevision("kn_revision_pods_requested")} > 0 unless ${byRevision("kn_revision_pods_count")} > 0)`;
const container = '{namespace="edge-gists",container="edge-gists"}';

const scaling: Panel[] = [
  {
    title: "How many pods are wanted, and how many exist?",
    description: "Desired: from demand. Requested: within the limits of the revision. Ready: receives traffic.",
    unit: "short",
    queries: lines({
      desired: "kn_revision_pods_desired",
      requested: "kn_revision_pods_requested",
      ready: "kn_revision_pods_count",
    }),
    min: 0,
  },
  {
    title: "Which pods are starting or ending?",
    description:
      "Pending for long: the node is full, or the image is being pulled. Not ready for long: the service does not start.",
    unit: "short",
    queries: lines({
      pending: "kn_revision_pods_pending_count",
      "not ready": "kn_revision_pods_not_ready_count",
      terminating: "kn_revision_pods_terminating_count",
    }),
    min: 0,
  },
  {
    title: "How much does each pod carry?",
    description:
      "Concurrent requests, or requests a second, over the stable and the panic window, and the target at which pods are added. The autoscaler has the one by which it scales.",
    unit: "short",
    queries: lines({
      stable: "kn_revision_concurrency_stable",
      panic: "kn_revision_concurrency_panic",
      target: "kn_revision_concurrency_target",
      "stable, a second:": "kn_revision_rps_stable_per_second",
      "panic, a second:": "kn_revision_rps_panic_per_second",
      "target, a second:": "kn_revision_rps_target_per_second",
    }),
    min: 0,
  },
  {
    title: "Does the autoscaler panic?",
    description: "1: demand doubled within seconds, and pods are only added.",
    unit: "bool_yes_no",
    thresholds: [
      [0, "green"],
      [1, "yellow"],
    ],
    queries: lines({ panic: "kn_revision_panic_mode" }),
    min: 0,
    max: 1,
    width: 6,
  },
  {
    title: "Is the activator in the path?",
    description:
      "With spare capacity below zero, and always without a pod, requests go through the activator, which queues them. A target burst capacity of 0 keeps this at 0.",
    unit: "short",
    thresholds: [
      [-1, "yellow"],
      [0, "green"],
    ],
    queries: lines({ spare: "kn_revision_capacity_excess" }),
    width: 6,
  },
];

const cold: Panel[] = [
  {
    title: "For how long was no pod ready although one was requested?",
    description: "Seconds without a ready pod in the selected range: the sum of the cold starts, in steps of 15 s.",
    unit: "s",
    kind: "stat",
    thresholds: [
      [0, "green"],
      [30, "yellow"],
      [120, "red"],
    ],
    queries: [{ expr: `sum(count_over_time(${noPod}[$__range:15s])) * 15 or vector(0)`, instant: true }],
    width: 8,
  },
  {
    title: "How often did it start from zero?",
    description:
      "Starts from zero of any revision in the selected range. A start shorter than the scrape interval of 15 s may be missing.",
    unit: "short",
    kind: "stat",
    queries: [
      {
        expr: `sum(resets((${byRevision("kn_revision_pods_count")} == bool 0)[$__range:15s])) or vector(0)`,
        instant: true,
      },
    ],
    width: 8,
  },
  {
    title: "How many requests wait at the activator?",
    description: "Queued: waiting for a pod. Active: being forwarded.",
    unit: "short",
    queries: [
      {
        expr: `sum by (kn_revision_name) (${ofRevision("kn_revision_request_queued")})`,
        legend: "queued {{kn_revision_name}}",
      },
      {
        expr: `sum by (kn_revision_name) (${ofRevision("kn_revision_request_active")})`,
        legend: "active {{kn_revision_name}}",
      },
    ],
    width: 8,
    min: 0,
  },
  {
    title: "How long do requests take in the pod?",
    description:
      "Measured by Knative's proxy in the pod, with its queue. Pushed by OTLP, so that short-lived pods count too.",
    unit: "s",
    queries: [
      {
        expr: quantile(0.95, ofRevision("kn_serving_invocation_duration_seconds_bucket"), "kn_revision_name"),
        legend: "P95 {{kn_revision_name}}",
      },
    ],
    min: 0,
  },
  {
    title: "How many requests wait in the pods?",
    description: "In Knative's proxy, and only with a limit of concurrent requests (containerConcurrency).",
    unit: "short",
    queries: [
      { expr: `sum by (kn_revision_name) (${ofRevision("kn_serving_queue_depth")})`, legend: "{{kn_revision_name}}" },
    ],
    min: 0,
  },
];

const resources: Panel[] = [
  {
    title: "How much memory do the pods take, against their limit?",
    description: "Working set of the service's container. At 100 % it is killed.",
    unit: "percentunit",
    thresholds: [
      [0, "green"],
      [0.9, "red"],
    ],
    queries: [
      {
        expr: `max by (pod) (container_memory_working_set_bytes${container}) / max by (pod) (kube_pod_container_resource_limits{namespace="edge-gists",container="edge-gists",resource="memory"})`,
        legend: "{{pod}}",
      },
    ],
    min: 0,
    width: 8,
  },
  {
    title: "How much processor time do they take?",
    description: "Processors, by pod.",
    unit: "short",
    queries: [{ expr: sumRate(`container_cpu_usage_seconds_total${container}`, "pod"), legend: "{{pod}}" }],
    min: 0,
    width: 8,
  },
  {
    title: "Which containers were restarted?",
    description: "Restarts in the selected range, and the last reason.",
    unit: "short",
    queries: [
      {
        expr: 'sum by (pod, container) (increase(kube_pod_container_status_restarts_total{namespace="edge-gists"}[$__range]) or increase(kube_pod_init_container_status_restarts_total{namespace="edge-gists"}[$__range])) > 0',
        legend: "{{pod}} {{container}}",
      },
      {
        expr: 'max by (pod, reason) (kube_pod_container_status_last_terminated_reason{namespace="edge-gists"} or kube_pod_init_container_status_last_terminated_reason{namespace="edge-gists"}) > 0',
        legend: "{{pod}}: {{reason}}",
      },
    ],
    min: 0,
    width: 8,
  },
  {
    title: "Are the nodes full?",
    description: "Processor time and memory in use, by node. From the kubelet, so that the profile small has it too.",
    unit: "percentunit",
    thresholds: [
      [0, "green"],
      [0.9, "red"],
    ],
    queries: [
      {
        expr: `${sumRate('container_cpu_usage_seconds_total{id="/"}', "instance")} / max by (instance) (machine_cpu_cores)`,
        legend: "processor {{instance}}",
      },
      {
        expr: 'max by (instance) (container_memory_working_set_bytes{id="/"}) / max by (instance) (machine_memory_bytes)',
        legend: "memory {{instance}}",
      },
    ],
    min: 0,
    max: 1,
    width: 24,
  },
];

export const autoscaling = toDashboard({
  uid: "edge-gists-autoscaling",
  title: "Edge Gists: autoscaling",
  description: "Are there as many pods as demand needs, and what did starts from zero cost?",
  rows: [
    { title: "Pods and demand", panels: scaling },
    { title: "Cold starts and queues", panels: cold },
    { title: "Resources", panels: resources },
  ],
});
