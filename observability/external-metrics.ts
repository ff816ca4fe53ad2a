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
  // OpenTelemetry's names (kn.revision.pods.desired) as Prometheus writes them, seen in
  // test/platform/observability/recorded. Those of requests a second have a suffix of their unit.
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
    "kn_revision_rps_panic_per_second",
    "kn_revision_rps_stable_per_second",
    "kn_revision_rps_target_per_second",
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
    "certmanager_certificate_renewal_timestamp_seconds",
  ],
  "https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/": [
    "traces_service_graph_request_failed_total",
    "traces_service_graph_request_total",
  ],
  "https://grafana.com/docs/tempo/latest/metrics-from-traces/span-metrics/": [
    "traces_spanmetrics_calls_total",
    "traces_spanmetrics_latency_bucket",
  ],
  "https://kubernetes.io/docs/reference/instrumentation/metrics/": [
    "container_cpu_usage_seconds_total",
    "container_memory_working_set_bytes",
    "kubelet_volume_stats_available_bytes",
    "kubelet_volume_stats_capacity_bytes",
    "kubelet_volume_stats_used_bytes",
    "machine_cpu_cores",
    "machine_memory_bytes",
  ],
  "https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md": [
    "kube_pod_container_resource_limits",
    "kube_pod_container_status_last_terminated_reason",
    "kube_pod_container_status_restarts_total",
    "kube_pod_container_status_waiting_reason",
    "kube_pod_init_container_status_last_terminated_reason",
    "kube_pod_init_container_status_restarts_total",
    "kube_pod_init_container_status_waiting_reason",
    "kube_pod_owner",
    "kube_pod_status_phase",
  ],
  "https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/deployment-metrics.md": [
    "kube_deployment_spec_replicas",
    "kube_deployment_status_replicas_available",
    "kube_deployment_status_replicas_updated",
  ],
  "https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/statefulset-metrics.md": [
    "kube_statefulset_replicas",
    "kube_statefulset_status_replicas_ready",
    "kube_statefulset_status_replicas_updated",
  ],
  "https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/cluster/node-metrics.md": [
    "kube_node_spec_unschedulable",
    "kube_node_status_condition",
  ],
  "https://grafana.com/docs/mimir/latest/manage/mimir-runbooks/": [
    "cortex_alertmanager_notifications_failed_total",
    "cortex_discarded_samples_total",
  ],
  "https://grafana.com/docs/loki/latest/operations/request-validation-rate-limits/": ["loki_discarded_samples_total"],
  "https://grafana.com/docs/tempo/latest/troubleshooting/send-traces/max-trace-limit-reached/": [
    "tempo_discarded_spans_total",
  ],
  "https://grafana.com/docs/alloy/latest/reference/components/otelcol/otelcol.exporter.otlphttp/": [
    "otelcol_exporter_enqueue_failed_spans_total",
    "otelcol_exporter_send_failed_spans_total",
    "otelcol_receiver_refused_spans_total",
  ],
  "https://grafana.com/docs/alloy/latest/reference/components/loki/loki.write/": ["loki_write_dropped_entries_total"],
  "https://grafana.com/docs/alloy/latest/reference/components/prometheus/prometheus.remote_write/": [
    "prometheus_remote_storage_samples_failed_total",
  ],
};
