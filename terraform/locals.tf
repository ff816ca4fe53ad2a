locals {
  versions = jsondecode(file("${path.module}/versions.json"))
  root     = abspath("${path.module}/..")

  # Settings of each profile. The observability chart has values for each, too.
  profiles = {
    small = { workers = 0, istiod_memory = "512Mi" }
    full  = { workers = 2, istiod_memory = "1Gi" }
  }
  profile = local.profiles[var.profile]
  workers = var.workers == null ? local.profile.workers : var.workers

  context    = var.provision_cluster ? "kind-${var.cluster_name}" : var.kubeconfig_context
  kubeconfig = pathexpand(var.kubeconfig_path)
  timeout    = var.timeout_minutes * 60

  # Fixed, so that Kind can map them to this machine's ports: Docker Desktop does not route to addresses of the nodes.
  node_ports = { http = 30080, https = 30443 }

  # MetalLB
  metallb = var.metallb_enabled == null ? var.provision_cluster : var.metallb_enabled
  derived = local.metallb && var.metallb_pool == null
  pool    = local.derived ? module.address_range[0].range : var.metallb_pool

  # Charts: from a folder, or each from its repository.
  charts = { for name, chart in local.versions.charts : name => {
    chart      = var.chart_source == null ? name : "${var.chart_source}/${name}-${chart.version}.tgz"
    repository = var.chart_source == null ? chart.repository : null
    version    = var.chart_source == null ? chart.version : null
  } }

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
  image_host       = split("/", local.image)[0]
  resolves         = !local.is_built && !local.has_digest
  image_registries = !local.resolves || strcontains(local.image_host, ":") ? [] : lookup({ "docker.io" = ["index.docker.io", "auth.docker.io"] }, local.image_host, [local.image_host])
  unresolved       = local.resolves && strcontains(local.image_host, ":") ? [local.image_host] : []

  grafana_admin_password = var.grafana_admin_password == null ? random_password.grafana.result : var.grafana_admin_password
}
