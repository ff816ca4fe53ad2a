resource "helm_release" "knative_operator" {
  name       = "knative-operator"
  namespace  = kubernetes_namespace_v1.plain["knative-operator"].metadata[0].name
  chart      = local.charts["knative-operator"].chart
  repository = local.charts["knative-operator"].repository
  version    = local.charts["knative-operator"].version
  timeout    = local.timeout
  values = [yamlencode({ knative_operator = merge(
    # The chart's default is so old that Knative's check of the cluster's version would always pass.
    { kubernetes_min_version = local.versions.kubernetes_min },
    try(local.mirrored.knative_operator, {}),
  ) })]
}

# On destroy, Helm waits until the operator has removed Knative. The operator is removed after that.
resource "helm_release" "knative_serving" {
  name      = "knative-serving-config"
  namespace = kubernetes_namespace_v1.injected["knative-serving"].metadata[0].name
  chart     = "${local.root}/knative/serving"
  timeout   = local.timeout
  values = [
    file("${local.root}/knative/serving/values-${var.environment}.yaml"),
    yamlencode(merge(
      {
        version   = local.versions.knative
        domain    = var.domain
        namespace = { create = false }
        telemetry = { otlpEndpoint = local.otlp_endpoint }
        registriesSkippingTagResolving = join(",", concat(
          [yamldecode(file("${local.root}/knative/serving/values.yaml")).registriesSkippingTagResolving], local.unresolved,
        ))
      },
      try({ registry = local.mirrored.knative }, {}),
    )),
    local.chart_values["knative/serving"],
  ]

  depends_on = [
    helm_release.certificate_authority,
    helm_release.knative_operator,
    helm_release.mesh,
    helm_release.observability,
    terraform_data.knative_pods,
  ]
}

# On destroy, the namespace is deleted after its last pod. While a pod is terminating, Kubernetes retries only after half of
# its grace period, which is five minutes for the activator, and Terraform times out.
resource "terraform_data" "knative_pods" {
  input = concat(local.kubectl_wait, ["--for=delete", "--namespace", kubernetes_namespace_v1.injected["knative-serving"].metadata[0].name, "pod"])

  provisioner "local-exec" {
    when        = destroy
    interpreter = self.input
    command     = "--all"
    on_failure  = continue
  }
}

locals {
  # As an interpreter, whose last argument is the command: no shell reads the names of a kubeconfig.
  kubectl_wait = [
    "kubectl", "--kubeconfig", local.kubeconfig, "--context", local.context, "wait", "--timeout=${var.timeout_minutes}m",
  ]
}

# Helm does not wait for the operator's resources, and the service's chart needs Knative's webhook.
resource "terraform_data" "knative_ready" {
  triggers_replace = [helm_release.knative_serving.id, helm_release.knative_serving.metadata.revision]

  provisioner "local-exec" {
    interpreter = concat(local.kubectl_wait, ["--for=condition=Ready", "--namespace", "knative-serving"])
    command     = "knativeserving/knative-serving"
  }
}
