# The Kind cluster alone. The platform is a configuration of its own: Terraform cannot plan what is in a cluster together with
# the cluster (https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs#stacking-with-managed-kubernetes-cluster-resources).

terraform {
  required_version = ">= 1.11.0"

  required_providers {
    kind = {
      source  = "tehcyx/kind"
      version = "0.11.0"
    }
  }
}

provider "kind" {}

locals {
  versions = jsondecode(file("${path.module}/../versions.json"))
  workers  = var.workers == null ? { small = 0, full = 2 }[var.profile] : var.workers
}

# The provider knows no update: any change replaces the cluster, and the platform is then installed in the new one.
resource "kind_cluster" "this" {
  name            = var.cluster_name
  node_image      = var.node_image == null ? local.versions.kind.node_image : var.node_image
  kubeconfig_path = pathexpand(var.kubeconfig_path)
  wait_for_ready  = true

  kind_config {
    kind        = "Cluster"
    api_version = "kind.x-k8s.io/v1alpha4"

    node {
      role = "control-plane"

      # Ports of the nodes that the gateway has: Docker Desktop does not route to addresses of the nodes.
      dynamic "extra_port_mappings" {
        for_each = { (local.versions.kind.node_ports.http) = var.http_port, (local.versions.kind.node_ports.https) = var.https_port }

        content {
          container_port = extra_port_mappings.key
          host_port      = extra_port_mappings.value
          listen_address = var.listen_address
          protocol       = "TCP"
        }
      }
    }

    dynamic "node" {
      for_each = range(local.workers)

      content {
        role = "worker"
      }
    }
  }
}
