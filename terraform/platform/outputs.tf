locals {
  port_suffix = var.https_port == 443 ? "" : ":${var.https_port}"
  url         = "https://gists.${var.domain}${local.port_suffix}"
}

output "url" {
  description = "URL of the service."
  value       = local.url
}

output "grafana_url" {
  description = "URL of Grafana. Null without the observability stack, and in production, where the gateway has no way to it."
  value       = var.observability_enabled && var.environment != "production" ? "https://grafana.${var.domain}${local.port_suffix}" : null
}

output "metrics_url" {
  description = "URL of Mimir's query API, for a token of `npm run metrics:token`. Null without the observability stack."
  value       = var.observability_enabled ? "https://metrics.${var.domain}${local.port_suffix}/prometheus/api/v1" : null
}

output "grafana_admin_user" {
  description = "Name of Grafana's administrator."
  value       = var.grafana_admin_user
}

output "context" {
  description = "Context of the kubeconfig for kubectl."
  value       = local.context
}

output "image" {
  description = "Image of the service."
  value       = local.image
}

output "address_pool" {
  description = "Addresses of MetalLB for load balancers. Null without MetalLB."
  value       = local.metallb ? local.pool : null
}

output "hosts_entry" {
  description = "Line for the hosts file, if the domain does not resolve by itself. Null otherwise."
  value = endswith(var.domain, ".sslip.io") ? null : join(" ", [
    local.is_kind ? var.listen_address : "<address of the gateway's load balancer>",
    "gists.${var.domain}", "grafana.${var.domain}", "metrics.${var.domain}",
  ])
}

output "next_steps" {
  description = "Next steps."
  value = join("\n", concat(
    [
      "kubectl --context ${local.context} get secret edge-gists-ca -n cert-manager -o \"go-template={{index .data \\\"ca.crt\\\" | base64decode}}\" > ca.crt",
      "curl --cacert ca.crt ${local.url}/octocat",
      "kubectl --context ${local.context} get pods -n edge-gists --watch",
    ],
    local.is_kind ? [] : [
      "kubectl --context ${local.context} get service istio-ingressgateway -n istio-system   # the address for the hosts file or DNS",
    ],
    var.observability_enabled ? [
      "kubectl --context ${local.context} get secret grafana-admin -n observability -o \"go-template={{index .data \\\"admin-password\\\" | base64decode}}\"   # of ${var.grafana_admin_user} at ${var.environment == "production" ? "http://localhost:3000, by the next command" : "https://grafana.${var.domain}${local.port_suffix}"}",
    ] : [],
    var.observability_enabled && var.environment == "production" ? [
      "kubectl --context ${local.context} port-forward -n observability svc/grafana 3000:80",
    ] : [],
  ))
}
