locals {
  observability = yamldecode(file("${local.root}/observability/chart/values.yaml"))
  otlp_endpoint = var.observability_enabled ? "http://alloy.observability.svc.cluster.local:4318" : ""
}

resource "kubernetes_namespace_v1" "observability" {
  count = var.observability_enabled ? 1 : 0

  metadata {
    name = "observability"
  }

  depends_on = [kind_cluster.this]
}

resource "random_password" "grafana" {
  length  = 24
  special = false
}

resource "kubernetes_secret_v1" "grafana_admin" {
  count = var.observability_enabled ? 1 : 0

  metadata {
    name      = "grafana-admin"
    namespace = kubernetes_namespace_v1.observability[0].metadata[0].name
  }

  data = {
    "admin-user"     = var.grafana_admin_user
    "admin-password" = local.grafana_admin_password
  }
}

resource "helm_release" "observability" {
  count = var.observability_enabled ? 1 : 0

  name              = "observability"
  namespace         = kubernetes_namespace_v1.observability[0].metadata[0].name
  chart             = "${local.root}/observability/chart"
  dependency_update = var.chart_source == null
  timeout           = local.timeout
  values = [
    file("${local.root}/observability/chart/values-${var.profile}.yaml"),
    yamlencode(try(local.mirrored.observability, {})),
    yamlencode({ global = { domain = var.domain } }),
  ]

  depends_on = [helm_release.mesh, kubernetes_secret_v1.grafana_admin]
}
