output "context" {
  description = "Context of the kubeconfig for kubectl."
  value       = "kind-${kind_cluster.this.name}"
}
