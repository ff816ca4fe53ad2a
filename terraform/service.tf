# Builds the image and loads it into the nodes, without a registry. Runs again if a source of the image changes.
resource "terraform_data" "image" {
  count            = local.is_built ? 1 : 0
  triggers_replace = [local.image, kind_cluster.this[0].id]

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

  data = merge(
    var.github_token == "" ? {} : { GITHUB_TOKEN = var.github_token },
    var.redis_url == "" ? {} : { REDIS_URL = var.redis_url },
  )
}

locals {
  has_own_redis = nonsensitive(var.redis_url == "")
}

# The authority of an external Redis.
resource "kubernetes_secret_v1" "redis_tls" {
  count = var.redis_ca == "" ? 0 : 1

  metadata {
    name      = "edge-gists-redis-tls"
    namespace = kubernetes_namespace_v1.injected["edge-gists"].metadata[0].name
  }

  data = { "ca.crt" = var.redis_ca }
}

# The shared cache has a password, except on a laptop, where only the mesh authorizes clients. It is part of a URL.
resource "random_password" "redis" {
  length  = 32
  special = false
}

resource "kubernetes_secret_v1" "redis" {
  count = var.environment != "kind" && local.has_own_redis ? 1 : 0

  metadata {
    name      = "edge-gists-redis"
    namespace = kubernetes_namespace_v1.injected["edge-gists"].metadata[0].name
  }

  data = { password = random_password.redis.result }
}

resource "helm_release" "service" {
  name      = "edge-gists"
  namespace = kubernetes_namespace_v1.injected["edge-gists"].metadata[0].name
  chart     = "${local.root}/knative/chart"
  timeout   = local.timeout
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
          secrets = { existing = kubernetes_secret_v1.service.metadata[0].name }
          telemetry = {
            otlpEndpoint = local.otlp_endpoint
            faroUrl      = var.observability_enabled ? "https://grafana.${var.domain}${local.port_suffix}/collect" : ""
          }
          publicUrl = local.url
        },
        try(local.mirrored.service, {}),
      )),
    ],
    local.has_own_redis ? [] : [yamlencode({
      redis         = { enabled = false, passwordSecret = "" }
      externalRedis = { tlsSecret = var.redis_ca == "" ? "" : kubernetes_secret_v1.redis_tls[0].metadata[0].name }
      networkPolicy = { redisCidr = var.redis_cidr }
    })],
    var.service_values,
  )

  depends_on = [kubernetes_secret_v1.redis, kubernetes_secret_v1.redis_tls, terraform_data.image, terraform_data.knative_ready]
}

# A successful apply ends with a service that responds. The DomainMapping exists unless `service_values` turn it off.
resource "terraform_data" "service_ready" {
  triggers_replace = [helm_release.service.id, helm_release.service.metadata.revision]

  provisioner "local-exec" {
    command = "${local.kubectl_wait} --for=condition=Ready --namespace edge-gists ksvc,domainmapping --all"
  }
}
