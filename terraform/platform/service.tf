# Builds the image and loads it into the nodes, without a registry. Runs again if a source of the image changes, and for
# another cluster.
resource "terraform_data" "image" {
  count            = local.is_built && var.deploy_service ? 1 : 0
  triggers_replace = [local.image, local.cluster_id]

  provisioner "local-exec" {
    command     = "node scripts/image.mjs --tag ${local.image}"
    working_dir = local.root
  }

  provisioner "local-exec" {
    command = "kind load docker-image ${local.image} --name ${var.cluster_name}"
  }
}

resource "kubernetes_secret_v1" "service" {
  metadata {
    name      = "edge-gists-secrets"
    namespace = kubernetes_namespace_v1.injected["edge-gists"].metadata[0].name
  }

  data_wo = merge(
    var.github_token == "" ? {} : { GITHUB_TOKEN = var.github_token },
    var.redis_url == "" ? {} : { REDIS_URL = var.redis_url },
  )
  data_wo_revision = local.revisions.service
}

locals {
  has_own_redis = nonsensitive(var.redis_url == "")
  allows_own_redis = anytrue([
    for values in var.service_values : try(yamldecode(values).redis.allowInProduction, false)
  ])

  # Images in the service's pods that have no digest, as chart and nodes name them: those that Terraform loads into Kind,
  # those of a mirror, and the chart's own Valkey.
  tags_allowed = concat(
    local.is_built ? [local.image_parts[0]] : [],
    var.image_registry == null ?
    ["docker.io/istio/proxyv2", "gcr.io/knative-releases/knative.dev/serving/cmd/queue"] :
    ["${var.image_registry}/istio/proxyv2", "${var.image_registry}/knative/queue"],
    !local.has_own_redis ? [] : ["${coalesce(var.image_registry, "docker.io")}/valkey/valkey"],
  )
}

# The authority of an external Redis.
resource "kubernetes_secret_v1" "redis_tls" {
  count = var.redis_ca == "" ? 0 : 1

  metadata {
    name      = "edge-gists-redis-tls"
    namespace = kubernetes_namespace_v1.injected["edge-gists"].metadata[0].name
  }

  data_wo          = { "ca.crt" = var.redis_ca }
  data_wo_revision = local.revisions.redis_tls
}

# The shared cache has a password, except on a laptop, where only the mesh authorizes clients. It is part of a URL.
ephemeral "random_password" "redis" {
  length  = 32
  special = false
}

resource "kubernetes_secret_v1" "redis" {
  count = var.environment != "kind" && local.has_own_redis ? 1 : 0

  metadata {
    name      = "edge-gists-redis"
    namespace = kubernetes_namespace_v1.injected["edge-gists"].metadata[0].name
  }

  data_wo          = { password = ephemeral.random_password.redis.result }
  data_wo_revision = 1
}

resource "helm_release" "service" {
  count = var.deploy_service ? 1 : 0

  name      = "edge-gists"
  namespace = kubernetes_namespace_v1.injected["edge-gists"].metadata[0].name
  chart     = "${local.root}/knative/chart"
  timeout   = local.timeout
  # The objects may be there from the manifests.
  take_ownership = true
  values = concat(
    [
      file("${local.root}/knative/chart/values-${var.environment}.yaml"),
      yamlencode(merge(
        {
          domain = var.domain
          image = {
            repository = local.image_parts[0]
            tag        = local.has_digest ? "" : local.image_parts[1]
            digest     = local.has_digest ? local.image_parts[1] : ""
          }
          secrets = { existing = kubernetes_secret_v1.service.metadata[0].name, revision = tostring(local.revisions.service) }
          telemetry = {
            otlpEndpoint = local.otlp_endpoint
            faroUrl      = var.observability_enabled ? "https://grafana.${var.domain}${local.port_suffix}/collect" : ""
          }
          publicUrl   = local.url
          imagePolicy = { tagsAllowed = local.tags_allowed }
        },
        try(local.mirrored.service, {}),
      )),
    ],
    local.has_own_redis ? [] : [yamlencode({
      redis         = { enabled = false, passwordSecret = "" }
      externalRedis = { tlsSecret = var.redis_ca == "" ? "" : kubernetes_secret_v1.redis_tls[0].metadata[0].name }
      networkPolicy = { redisCidr = var.redis_cidr }
    })],
    [local.chart_values["knative/chart"]],
    var.service_values,
  )

  depends_on = [kubernetes_secret_v1.redis, kubernetes_secret_v1.redis_tls, terraform_data.image, terraform_data.knative_ready]

  lifecycle {
    precondition {
      condition     = var.environment != "production" || !local.has_own_redis || local.allows_own_redis
      error_message = "production needs redis_url, of a replicated Redis or Valkey (docs/redis.md), or redis.allowInProduction in service_values for one of a single pod."
    }
    precondition {
      condition     = var.environment != "production" || length(local.unresolved) == 0
      error_message = "production runs images with a digest only, and Knative resolves no tags at ${local.image_host}: give image as name@sha256:..."
    }
  }
}

# A successful apply ends with a service that responds. The DomainMapping exists unless `service_values` turn it off.
resource "terraform_data" "service_ready" {
  count            = var.deploy_service ? 1 : 0
  triggers_replace = [helm_release.service[0].id, helm_release.service[0].metadata.revision]

  provisioner "local-exec" {
    interpreter = concat(local.kubectl_wait, ["--for=condition=Ready", "--namespace", "edge-gists", "--all"])
    command     = "ksvc,domainmapping"
  }
}
