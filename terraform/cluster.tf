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

# Kind creates this network with its first cluster. All its clusters share it.
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

# Terraform creates the namespace, because Helm would not delete it.
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
    # istiod and cert-manager add labels of their own.
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
      # FRR speaks BGP, which a laptop does not need.
      frrk8s = { enabled = false }
      # MetalLB's webhook is available only after its pod is ready. Terraform validates the address pool instead.
      crds    = { validationFailurePolicy = "Ignore" }
      speaker = merge({ frr = { enabled = false }, ignoreExcludeLB = true }, try(local.mirrored.metallb.speaker, {}))
    },
    try({ controller = local.mirrored.metallb.controller }, {}),
  ))]
}

# A separate release, because MetalLB's resource definitions must exist first.
resource "helm_release" "address_pool" {
  count = local.metallb ? 1 : 0

  name      = "address-pool"
  namespace = helm_release.metallb[0].namespace
  chart     = "${path.module}/charts/address-pool"
  timeout   = local.timeout
  values    = [yamlencode({ addresses = local.pool })]
}
