locals {
  istio_values = "${local.root}/istio/values"
  # A pod keeps the proxy of the version in which it started: with another version, the gateways start again.
  gateway_pods = yamlencode({ podAnnotations = { "edge-gists/istio-version" = local.versions.charts.gateway.version } })
  # Staging has production's: it is where a drain is tried.
  is_replicated = var.environment != "kind"
  istio_hub     = var.image_registry == null ? local.versions.istio_hub : local.mirrored.istio.global.hub
}

resource "helm_release" "istio_base" {
  name       = "istio-base"
  namespace  = kubernetes_namespace_v1.plain["istio-system"].metadata[0].name
  chart      = local.charts["base"].chart
  repository = local.charts["base"].repository
  version    = local.charts["base"].version
  timeout    = local.timeout
  values     = [file("${local.istio_values}/base.yaml")]
}

resource "helm_release" "istiod" {
  name       = "istiod"
  namespace  = helm_release.istio_base.namespace
  chart      = local.charts["istiod"].chart
  repository = local.charts["istiod"].repository
  version    = local.charts["istiod"].version
  timeout    = local.timeout
  values = concat(
    [file("${local.istio_values}/istiod.yaml")],
    local.is_replicated ? [file("${local.istio_values}/istiod-production.yaml")] : [],
    [yamlencode(merge(
      { global = { hub = local.istio_hub } },
      local.is_replicated ? {} : { resources = { requests = { memory = local.profile.istiod_memory } } },
    ))],
  )

  depends_on = [helm_release.istio_base]
}

# Before the first pod with a sidecar, and removed after the last: its traffic is redirected by this plugin of the node's CNI.
resource "helm_release" "istio_cni" {
  name       = "istio-cni"
  namespace  = helm_release.istio_base.namespace
  chart      = local.charts["cni"].chart
  repository = local.charts["cni"].repository
  version    = local.charts["cni"].version
  timeout    = local.timeout
  values     = [file("${local.istio_values}/cni.yaml"), yamlencode({ global = { hub = local.istio_hub } })]

  depends_on = [helm_release.istio_base]
}

# The labels come before the first pod. A pod without a sidecar could not connect to any other. No pod here needs a right on its
# node, and none gets one.
resource "kubernetes_namespace_v1" "injected" {
  for_each = toset(["edge-gists", "istio-egress", "knative-serving"])

  metadata {
    name   = each.value
    labels = { "istio-injection" = "enabled", "pod-security.kubernetes.io/enforce" = "restricted" }
  }

  depends_on = [helm_release.istiod, helm_release.istio_cni]

  timeouts {
    delete = "15m"
  }

  lifecycle {
    # Knative's operator adds labels to its own namespace, and cert-manager adds annotations.
    ignore_changes = [metadata[0].annotations, metadata[0].labels]
  }
}

# istiod's webhook sets the image of its pods.
resource "helm_release" "ingress_gateway" {
  name       = "istio-ingressgateway"
  namespace  = helm_release.istio_base.namespace
  chart      = local.charts["gateway"].chart
  repository = local.charts["gateway"].repository
  version    = local.charts["gateway"].version
  timeout    = local.timeout
  values = concat(
    [file("${local.istio_values}/ingressgateway.yaml"), local.gateway_pods],
    local.is_replicated ? [file("${local.istio_values}/ingressgateway-production.yaml")] : [],
    # The ports that Kind maps to this machine. They lead to one node, which may have no gateway.
    [yamlencode(local.is_kind ? { service = { externalTrafficPolicy = "Cluster", ports = [
      { name = "status-port", port = 15021, protocol = "TCP", targetPort = 15021 },
      { name = "http2", port = 80, protocol = "TCP", targetPort = 80, nodePort = local.versions.kind.node_ports.http },
      { name = "https", port = 443, protocol = "TCP", targetPort = 443, nodePort = local.versions.kind.node_ports.https },
    ] } } : {})],
  )

  # Helm waits until the load balancer has an address.
  depends_on = [helm_release.istiod, helm_release.address_pool]
}

resource "helm_release" "egress_gateway" {
  name       = "istio-egressgateway"
  namespace  = kubernetes_namespace_v1.injected["istio-egress"].metadata[0].name
  chart      = local.charts["gateway"].chart
  repository = local.charts["gateway"].repository
  version    = local.charts["gateway"].version
  timeout    = local.timeout
  values = concat(
    [file("${local.istio_values}/egressgateway.yaml"), local.gateway_pods],
    local.is_replicated ? [file("${local.istio_values}/egressgateway-production.yaml")] : [],
  )

  depends_on = [helm_release.istiod]
}

resource "helm_release" "cert_manager" {
  name       = "cert-manager"
  namespace  = kubernetes_namespace_v1.plain["cert-manager"].metadata[0].name
  chart      = local.charts["cert-manager"].chart
  repository = local.charts["cert-manager"].repository
  version    = local.charts["cert-manager"].version
  timeout    = local.timeout
  values     = [yamlencode(merge({ crds = { enabled = true } }, try(local.mirrored.cert_manager, {})))]
}

resource "helm_release" "certificate_authority" {
  name      = "certificate-authority"
  namespace = helm_release.cert_manager.namespace
  chart     = "${local.root}/terraform/charts/certificate-authority"
  timeout   = local.timeout
  values    = [local.chart_values["terraform/charts/certificate-authority"]]
}

# Clients of metrics.<domain> send a token signed by this key (`npm run metrics:token`). The gateway has the public key.
ephemeral "tls_private_key" "metrics" {
  algorithm = "ED25519"
}

# Next to the key of the cluster's authority: the gateways' service accounts can read Secrets of istio-system.
resource "kubernetes_secret_v1" "metrics_key" {
  metadata {
    name      = "edge-gists-metrics-key"
    namespace = kubernetes_namespace_v1.plain["cert-manager"].metadata[0].name
  }

  data_wo          = { "private.pem" = ephemeral.tls_private_key.metrics.private_key_pem_pkcs8 }
  data_wo_revision = 1
}

# A value of an ephemeral resource can leave it only by the cluster, so that the public half is a Secret that is read again.
resource "kubernetes_secret_v1" "metrics_public_key" {
  metadata {
    name      = "edge-gists-metrics-public-key"
    namespace = kubernetes_namespace_v1.plain["cert-manager"].metadata[0].name
  }

  data_wo          = { "public.pem" = ephemeral.tls_private_key.metrics.public_key_pem }
  data_wo_revision = 1

  lifecycle {
    replace_triggered_by = [kubernetes_secret_v1.metrics_key]
  }
}

data "kubernetes_secret_v1" "metrics_public_key" {
  metadata {
    name      = kubernetes_secret_v1.metrics_public_key.metadata[0].name
    namespace = kubernetes_secret_v1.metrics_public_key.metadata[0].namespace
  }
}

module "metrics_jwks" {
  source = "./modules/jwks"

  public_key = nonsensitive(data.kubernetes_secret_v1.metrics_public_key.data["public.pem"])
}

# Before Knative, so that its pods start with the final mTLS mode.
resource "helm_release" "mesh" {
  name      = "edge-gists-mesh"
  namespace = helm_release.istio_base.namespace
  chart     = "${local.root}/istio/chart"
  timeout   = local.timeout
  values = [
    file("${local.root}/istio/chart/values-${var.environment}.yaml"),
    yamlencode({
      domain  = var.domain
      service = { httpsPort = var.https_port }
      egress  = { imageRegistries = local.image_registries }
      grafana = { enabled = var.observability_enabled }
      faro    = { enabled = var.observability_enabled }
      metrics = { enabled = var.observability_enabled }
    }),
    yamlencode({ metrics = { jwks = module.metrics_jwks.jwks } }),
    local.chart_values["istio/chart"],
  ]

  depends_on = [
    helm_release.certificate_authority,
    helm_release.egress_gateway,
    helm_release.ingress_gateway,
    kubernetes_namespace_v1.injected,
  ]
}
