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

resource "helm_release" "metallb" {
  count = local.metallb ? 1 : 0

  name             = "metallb"
  namespace        = "metallb-system"
  create_namespace = true
  chart            = local.charts["metallb"].chart
  repository       = local.charts["metallb"].repository
  version          = local.charts["metallb"].version
  timeout          = local.timeout
  values = [yamlencode(merge(
    {
      # FRR speaks BGP, which a laptop has no use for.
      frrk8s  = { enabled = false }
      speaker = merge({ frr = { enabled = false }, ignoreExcludeLB = true }, try(local.mirrored.metallb.speaker, {}))
    },
    try({ controller = local.mirrored.metallb.controller }, {}),
  ))]

  depends_on = [kind_cluster.this]
}

# A release of its own: MetalLB's webhook has to be up before it is asked about these.
resource "helm_release" "address_pool" {
  count = local.metallb ? 1 : 0

  name      = "address-pool"
  namespace = "metallb-system"
  chart     = "${path.module}/charts/address-pool"
  timeout   = local.timeout
  values    = [yamlencode({ addresses = local.pool })]

  depends_on = [helm_release.metallb]
}
