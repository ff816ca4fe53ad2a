locals {
  observability = yamldecode(file("${local.root}/observability/chart/values.yaml"))
  otlp_endpoint = var.observability_enabled ? "http://alloy.observability.svc.cluster.local:4318" : ""
}

resource "kubernetes_namespace_v1" "observability" {
  count = var.observability_enabled ? 1 : 0

  metadata {
    name = "observability"
  }
}

ephemeral "random_password" "grafana" {
  length  = 24
  special = false
}

resource "kubernetes_secret_v1" "grafana_admin" {
  count = var.observability_enabled ? 1 : 0

  metadata {
    name      = "grafana-admin"
    namespace = kubernetes_namespace_v1.observability[0].metadata[0].name
  }

  data_wo = {
    "admin-user"     = var.grafana_admin_user
    "admin-password" = var.grafana_admin_password == null ? ephemeral.random_password.grafana.result : var.grafana_admin_password
  }
  data_wo_revision = local.revisions.grafana
}

resource "helm_release" "observability" {
  count = var.observability_enabled ? 1 : 0

  name              = "observability"
  namespace         = kubernetes_namespace_v1.observability[0].metadata[0].name
  chart             = "${local.root}/observability/chart"
  dependency_update = var.chart_source == null
  timeout           = local.timeout
  values = compact([
    file("${local.root}/observability/chart/values-${var.profile}.yaml"),
    # Alloy chooses the traces of a production's load.
    var.environment == "production" ? file("${local.root}/observability/chart/values-sampled.yaml") : "",
    yamlencode(try(local.mirrored.observability, {})),
    yamlencode({ global = { domain = var.domain, portSuffix = local.port_suffix } }),
    local.chart_values["observability/chart"],
  ])

  depends_on = [helm_release.mesh, kubernetes_secret_v1.grafana_admin]
}
