locals {
  istio_values = "${local.root}/istio/values"
  istio_hub    = var.image_registry == null ? local.versions.istio_hub : local.mirrored.istio.global.hub
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
  values = [
    file("${local.istio_values}/istiod.yaml"),
    yamlencode({
      global    = { hub = local.istio_hub }
      resources = { requests = { memory = local.profile.istiod_memory } }
    }),
  ]

  depends_on = [helm_release.istio_base]
}

# The label comes before the first pod: a pod without a sidecar could not connect to any other.
resource "kubernetes_namespace_v1" "injected" {
  for_each = toset(["edge-gists", "istio-egress", "knative-serving"])

  metadata {
    name   = each.value
    labels = { "istio-injection" = "enabled" }
  }

  depends_on = [helm_release.istiod]

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
  values = [
    file("${local.istio_values}/ingressgateway.yaml"),
    yamlencode(var.provision_cluster ? { service = { ports = [
      { name = "status-port", port = 15021, protocol = "TCP", targetPort = 15021 },
      { name = "http2", port = 80, protocol = "TCP", targetPort = 80, nodePort = local.node_ports.http },
      { name = "https", port = 443, protocol = "TCP", targetPort = 443, nodePort = local.node_ports.https },
    ] } } : {}),
  ]

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
  values     = [file("${local.istio_values}/egressgateway.yaml")]

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
  chart     = "${path.module}/charts/certificate-authority"
  timeout   = local.timeout
}

# Clients of metrics.<domain> send a token signed by this key (`npm run metrics:token`). The gateway has the public key.
resource "tls_private_key" "metrics" {
  algorithm = "ED25519"
}

locals {
  # A public key in PEM is base64 of 12 fixed bytes that identify Ed25519 (16 characters), then the key's 32 bytes (44
  # characters; RFC 8410). A JWK has only the key, as base64url (RFC 8037).
  metrics_public_key = substr(replace(tls_private_key.metrics.public_key_pem, "/-----[A-Z ]+-----|\\s/", ""), 16, -1)
  metrics_jwks = jsonencode({ keys = [{
    kty = "OKP"
    crv = "Ed25519"
    alg = "EdDSA"
    use = "sig"
    kid = "metrics"
    x   = replace(replace(replace(local.metrics_public_key, "+", "-"), "/", "_"), "=", "")
  }] })
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
      egress  = { imageRegistries = local.image_registries }
      grafana = { enabled = var.observability_enabled }
      faro    = { enabled = var.observability_enabled }
      metrics = { enabled = var.observability_enabled, jwks = var.observability_enabled ? local.metrics_jwks : "" }
    }),
  ]

  depends_on = [
    helm_release.certificate_authority,
    helm_release.egress_gateway,
    helm_release.ingress_gateway,
    kubernetes_namespace_v1.injected,
  ]
}
