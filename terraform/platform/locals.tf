locals {
  versions = jsondecode(file("${path.module}/../versions.json"))
  root     = abspath("${path.module}/../..")

  # Settings of each profile. The observability chart has values for each, too.
  profiles = {
    small = { istiod_memory = "512Mi", memory_gib = 7 }
    full  = { istiod_memory = "1Gi", memory_gib = 15 }
  }
  profile = local.profiles[var.profile]

  is_kind    = var.kubeconfig_context == null
  context    = local.is_kind ? "kind-${var.cluster_name}" : var.kubeconfig_context
  kubeconfig = pathexpand(var.kubeconfig_path)
  timeout    = var.timeout_minutes * 60

  # MetalLB
  metallb = var.metallb_enabled == null ? local.is_kind : var.metallb_enabled
  derived = local.metallb && var.metallb_pool == null
  pool    = local.derived ? module.address_range[0].range : var.metallb_pool

  # Charts: from a folder, or each from its repository.
  charts = { for name, chart in local.versions.charts : name => {
    chart      = var.chart_source == null ? name : "${var.chart_source}/${name}-${chart.version}.tgz"
    repository = var.chart_source == null ? chart.repository : null
    version    = var.chart_source == null ? chart.version : null
  } }

  # Charts of this repository keep their version. Helm's provider compares version and values only, and not the files: this
  # value makes it upgrade a release whose chart has changed. Dependencies are in Chart.yaml by version.
  chart_values = { for name in [
    "istio/chart", "knative/chart", "knative/serving", "observability/chart", "terraform/charts/address-pool", "terraform/charts/certificate-authority",
    ] : name => yamlencode({ global = { chartHash = substr(sha256(join("\n", [
      for path in sort(fileset("${local.root}/${name}", "**")) : "${path} ${filesha256("${local.root}/${name}/${path}")}"
      if !startswith(path, "charts/") && path != "Chart.lock" && !can(regex("(^|/)[.#]|~$", path))
  ])), 0, 16) } }) }

  # The tag is a hash of the image's sources, so that a change of another file causes no rollout.
  sources = sort(distinct(flatten([for pattern in [
    "Dockerfile", ".dockerignore", ".npmrc", "build.mjs", "package.json", "package-lock.json", "tsconfig*.json",
    "build/**", "functions/**", "harness/**", "scripts/**",
  ] : tolist(fileset(local.root, pattern))])))
  content_hash = substr(sha256(join("\n", [for path in local.sources : "${path} ${filesha256("${local.root}/${path}")}"])), 0, 16)
  is_built     = var.image == null
  image        = local.is_built ? "dev.local/edge-gists:${local.content_hash}" : var.image
  has_digest   = strcontains(local.image, "@")
  image_parts  = local.has_digest ? split("@", local.image) : regex("^(.+):([^:/]+)$", local.image)

  # Knative resolves a tag to a digest at the registry. The mesh allows that over TLS on port 443. For a registry on another
  # port, tags are not resolved.
  image_host = split("/", local.image)[0]
  resolves   = !local.is_built && !local.has_digest
  image_registries = !local.resolves || strcontains(local.image_host, ":") ? [] : lookup({
    # Whose tokens are from another host.
    "docker.io"           = ["index.docker.io", "auth.docker.io"]
    "registry.gitlab.com" = ["registry.gitlab.com", "gitlab.com"]
  }, local.image_host, [local.image_host])
  unresolved = local.resolves && strcontains(local.image_host, ":") ? [local.image_host] : []

  # Secrets are written to the cluster and are in no state. Terraform writes one again if its revision changes: 16 bits of a
  # salted hash, which tell when a secret has changed and not what it is.
  revisions = { for name, secret in {
    grafana   = [var.grafana_admin_user, var.grafana_admin_password]
    service   = [var.github_token, var.redis_url]
    redis_tls = [var.redis_ca]
  } : name => nonsensitive(1 + parseint(substr(sha256(jsonencode([local.cluster_id, name, secret])), 0, 4), 16)) }
}
