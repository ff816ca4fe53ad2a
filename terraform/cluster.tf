resource "kind_cluster" "this" {
  count = var.provision_cluster ? 1 : 0

  name            = var.cluster_name
  node_image      = var.node_image == null ? local.versions.kind.node_image : var.node_image
  kubeconfig_path = local.kubeconfig
  wait_for_ready  = true

  kind_config {
    kind        = "Cluster"
    api_version = "kind.x-k8s.io/v1alpha4"

    node {
      role = "control-plane"

      dynamic "extra_port_mappings" {
        for_each = { (local.node_ports.http) = var.http_port, (local.node_ports.https) = var.https_port }

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

# Kind makes this network with its first cluster, and every cluster of it shares it.
data "docker_network" "kind" {
  count = local.derived ? 1 : 0
  name  = "kind"

  depends_on = [kind_cluster.this]
}

module "address_range" {
  count  = local.derived ? 1 : 0
  source = "./modules/address-range"

  networks = [for config in data.docker_network.kind[0].ipam_config : { subnet = config.subnet }]
}

# Not by Helm, which would leave them behind.
resource "kubernetes_namespace_v1" "plain" {
  for_each = toset(concat(["cert-manager", "istio-system", "knative-operator"], local.metallb ? ["metallb-system"] : []))

  metadata {
    name = each.value
  }

  depends_on = [kind_cluster.this]

  timeouts {
    delete = "15m"
  }

  lifecycle {
    # Others write theirs: so do istiod and cert-manager.
    ignore_changes = [metadata[0].annotations, metadata[0].labels]
  }
}

resource "helm_release" "metallb" {
  count = local.metallb ? 1 : 0

  name       = "metallb"
  namespace  = kubernetes_namespace_v1.plain["metallb-system"].metadata[0].name
  chart      = local.charts["metallb"].chart
  repository = local.charts["metallb"].repository
  version    = local.charts["metallb"].version
  timeout    = local.timeout
  values = [yamlencode(merge(
    {
      # FRR speaks BGP, which a laptop has no use for.
      frrk8s = { enabled = false }
      # Its webhook listens a moment after its pod is ready. What it would check, the pool, is checked here.
      crds    = { validationFailurePolicy = "Ignore" }
      speaker = merge({ frr = { enabled = false }, ignoreExcludeLB = true }, try(local.mirrored.metallb.speaker, {}))
    },
    try({ controller = local.mirrored.metallb.controller }, {}),
  ))]
}

# A release of its own: MetalLB's resource definitions have to be there first.
resource "helm_release" "address_pool" {
  count = local.metallb ? 1 : 0

  name      = "address-pool"
  namespace = helm_release.metallb[0].namespace
  chart     = "${path.module}/charts/address-pool"
  timeout   = local.timeout
  values    = [yamlencode({ addresses = local.pool })]
}
