# Another cluster of the same name has another one.
data "kubernetes_namespace_v1" "system" {
  metadata {
    name = "kube-system"
  }
}

data "kubernetes_nodes" "all" {}

locals {
  cluster_id = data.kubernetes_namespace_v1.system.metadata[0].uid

  control_plane = [for node in data.kubernetes_nodes.all.nodes : node
  if contains(keys(node.metadata[0].labels), "node-role.kubernetes.io/control-plane")]

  # Every node of Kind reports the memory of the whole machine, and its processors.
  memory_gib = [for node in data.kubernetes_nodes.all.nodes : try(tonumber(trimsuffix(node.status[0].capacity["memory"], "Ki")) / 1048576, 0)]
  processors = [for node in data.kubernetes_nodes.all.nodes : try(tonumber(node.status[0].capacity["cpu"]), 0)]
  has = {
    memory_gib = floor(local.is_kind ? max(local.memory_gib...) : sum(local.memory_gib))
    processors = local.is_kind ? max(local.processors...) : sum(local.processors)
  }
}

# A warning in the plan, minutes before pods stay Pending. The kernel keeps some memory of the machine for itself.
check "machine" {
  assert {
    condition     = !var.observability_enabled || local.has.memory_gib >= local.profile.memory_gib && local.has.processors >= 4
    error_message = "The profile ${var.profile} needs ${local.profile.memory_gib + 1} GB of memory and 4 processors, and ${local.context} has ${local.has.memory_gib} GiB and ${local.has.processors}. Docker Desktop: Settings, Resources. Or set observability_enabled = false."
  }
}

check "kubernetes" {
  assert {
    condition = alltrue([for node in data.kubernetes_nodes.all.nodes : try(
      tonumber(split(".", node.status[0].node_info[0].kubelet_version)[1]) >= tonumber(split(".", local.versions.kubernetes_min)[1]), true
    )])
    error_message = "Knative ${local.versions.knative} needs Kubernetes ${local.versions.kubernetes_min} or later on every node of ${local.context}."
  }
}

module "address_range" {
  count  = local.derived ? 1 : 0
  source = "./modules/address-range"

  address = [for address in local.control_plane[0].status[0].addresses : address.address
  if address.type == "InternalIP" && can(cidrnetmask("${address.address}/32"))][0]
}

# Terraform creates the namespace, because Helm would not delete it.
resource "kubernetes_namespace_v1" "plain" {
  for_each = toset(concat(["cert-manager", "istio-system", "knative-operator"], local.metallb ? ["metallb-system"] : []))

  metadata {
    name = each.value
  }

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
  chart     = "${local.root}/terraform/charts/address-pool"
  timeout   = local.timeout
  values    = [yamlencode({ addresses = local.pool }), local.chart_values["terraform/charts/address-pool"]]
}
