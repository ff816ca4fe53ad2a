/** Metrics that rules and dashboards use and others expose, by whose word there is for their names. */
export const externalMetrics: Readonly<Record<string, readonly string[]>> = {
  // Every scrape, and Alloy's own exposition.
  "https://prometheus.io/docs/concepts/jobs_instances/": ["up"],
  "https://grafana.com/docs/alloy/latest/reference/components/faro/faro.receiver/": [
    "faro_receiver_events_total",
    "faro_receiver_exceptions_total",
    "faro_receiver_exporter_errors_total",
    "faro_receiver_measurements_total",
  ],
  // OpenTelemetry's names (kn.revision.pods.desired) as Prometheus writes them.
  "https://knative.dev/docs/serving/observability/metrics/serving-metrics/": [
    "kn_revision_capacity_excess",
    "kn_revision_concurrency_panic",
    "kn_revision_concurrency_stable",
    "kn_revision_concurrency_target",
    "kn_revision_panic_mode",
    "kn_revision_pods_count",
    "kn_revision_pods_desired",
    "kn_revision_pods_not_ready_count",
    "kn_revision_pods_pending_count",
    "kn_revision_pods_requested",
    "kn_revision_pods_terminating_count",
    "kn_revision_request_active",
    "kn_revision_request_queued",
    "kn_serving_invocation_duration_seconds_bucket",
    "kn_serving_queue_depth",
  ],
  "https://istio.io/latest/docs/reference/config/metrics/": [
    "istio_request_duration_milliseconds_bucket",
    "istio_request_duration_milliseconds_count",
    "istio_requests_total",
    "istio_tcp_connections_closed_total",
    "istio_tcp_connections_opened_total",
    "istio_tcp_received_bytes_total",
    "istio_tcp_sent_bytes_total",
  ],
  "https://istio.io/latest/docs/reference/commands/pilot-discovery/": [
    "citadel_server_root_cert_expiry_timestamp",
    "pilot_proxy_convergence_time_bucket",
    "pilot_total_xds_rejects",
    "pilot_xds",
    "pilot_xds_pushes",
  ],
  "https://cert-manager.io/docs/devops-tips/prometheus-metrics/": [
    "certmanager_certificate_expiration_timestamp_seconds",
  ],
  "https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/": [
    "traces_service_graph_request_failed_total",
    "traces_service_graph_request_total",
  ],
  "https://kubernetes.io/docs/reference/instrumentation/metrics/": [
    "container_cpu_usage_seconds_total",
    "container_memory_working_set_bytes",
  ],
  "https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md": [
    "kube_pod_container_resource_limits",
    "kube_pod_container_status_last_terminated_reason",
    "kube_pod_container_status_restarts_total",
  ],
  "https://github.com/prometheus/node_exporter": [
    "node_cpu_seconds_total",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
  ],
};
