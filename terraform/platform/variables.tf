# The cluster

variable "cluster_name" {
  description = "Name of the Kind cluster. Its context is `kind-<name>`."
  type        = string
  default     = "edge-gists"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.cluster_name))
    error_message = "cluster_name: must be lower-case letters, digits and hyphens, at most 40, without a hyphen at either end."
  }
}

variable "kubeconfig_path" {
  description = "Kubeconfig with the cluster's context. Kind writes it."
  type        = string
  default     = "~/.kube/config"
  nullable    = false

  validation {
    condition     = trimspace(var.kubeconfig_path) != ""
    error_message = "kubeconfig_path: must be the path of a file."
  }
}

variable "kubeconfig_context" {
  description = "Context of an existing cluster. Null: the Kind cluster `cluster_name`."
  type        = string
  default     = null

  validation {
    condition     = var.kubeconfig_context == null ? true : trimspace(var.kubeconfig_context) != ""
    error_message = "kubeconfig_context: must be a context (kubectl config get-contexts lists them), or null."
  }
}

variable "profile" {
  description = "`small` for 8 GB of memory (one node, the small observability stack), `full` for 16 GB or more (three nodes). With Docker Desktop: Docker's memory."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "full"], var.profile)
    error_message = "profile: must be small or full."
  }
}

# Addresses and ports

variable "domain" {
  description = "Domain of gists., grafana. and metrics. The default resolves to 127.0.0.1 everywhere."
  type        = string
  default     = "127.0.0.1.sslip.io"
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain)) && length(var.domain) <= 200
    error_message = "domain: must be a DNS name of at least two labels in lower case, without a scheme or a port."
  }
}

variable "listen_address" {
  description = "Address of this machine for the gateway's ports. With 127.0.0.1, only this machine can reach them."
  type        = string
  default     = "127.0.0.1"
  nullable    = false

  validation {
    condition     = can(cidrhost("${var.listen_address}/32", 0))
    error_message = "listen_address: must be an IPv4 address."
  }
}

variable "https_port" {
  description = "Port of this machine for HTTPS. With `kubeconfig_context`: the port at which clients reach the gateway."
  type        = number
  default     = 443
  nullable    = false

  validation {
    condition     = var.https_port >= 1 && var.https_port <= 65535 && floor(var.https_port) == var.https_port
    error_message = "https_port: must be a port from 1 to 65535."
  }
}

variable "metallb_enabled" {
  description = "Install MetalLB. Null: only into the Kind cluster, because existing clusters usually have a load balancer."
  type        = bool
  default     = null
}

variable "metallb_pool" {
  description = "IPv4 addresses for load balancers, as `first-last`. Null: four next to Kind's node, which no other Kind cluster has. Required for MetalLB on an existing cluster."
  type        = string
  default     = null

  validation {
    condition = var.metallb_pool == null ? true : (
      length(split("-", var.metallb_pool)) == 2 &&
      alltrue([for address in split("-", var.metallb_pool) : can(cidrhost("${address}/32", 0))])
    )
    error_message = "metallb_pool: must be two IPv4 addresses joined by a hyphen, as in 172.18.255.200-172.18.255.250."
  }

  validation {
    # As numbers, of three digits for each part.
    condition = var.metallb_pool == null ? true : try(
      tonumber(join("", [for part in split(".", split("-", var.metallb_pool)[0]) : format("%03d", tonumber(part))])) <=
      tonumber(join("", [for part in split(".", split("-", var.metallb_pool)[1]) : format("%03d", tonumber(part))])), true
    )
    error_message = "metallb_pool: the first address must not be after the last."
  }

  validation {
    condition     = var.metallb_pool != null || var.kubeconfig_context == null || var.metallb_enabled != true
    error_message = "metallb_pool: required for MetalLB on an existing cluster, whose network is unknown."
  }
}

# Sources of charts and images

variable "chart_source" {
  description = "Folder with every upstream chart as `<name>-<version>.tgz` (helm pull). Null: the repositories in versions.json."
  type        = string
  default     = null

  validation {
    condition     = var.chart_source == null ? true : trimspace(var.chart_source) != ""
    error_message = "chart_source: must be the path of a folder, or null."
  }
}

variable "image_registry" {
  description = "Registry that mirrors every image, as host[:port][/path]. docs/platform.md lists the names in it. Null: the original registries."
  type        = string
  default     = null

  validation {
    condition     = var.image_registry == null ? true : can(regex("^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$", var.image_registry))
    error_message = "image_registry: must be host[:port][/path], without a scheme and without a trailing slash."
  }
}

# The service

variable "image" {
  description = "Image of the service in a registry, with a tag or digest. Null: built by Docker and loaded into Kind."
  type        = string
  default     = null

  validation {
    condition     = var.image == null ? true : can(regex("^[^\\s@]+/[^\\s@:/]+(:[\\w.-]{1,128}|@sha256:[0-9a-f]{64})$", var.image))
    error_message = "image: must be registry/name with :tag or @sha256:digest, as in registry.example.com/team/edge-gists:1.0.0."
  }

  validation {
    condition     = var.image == null ? true : can(regex("^([^/]*[.:][^/]*|localhost)/", var.image))
    error_message = "image: must begin with its registry, as in docker.io/user/edge-gists:1.0.0."
  }

  validation {
    condition     = var.image == null ? true : !endswith(var.image, ":latest")
    error_message = "image: must not be :latest, which does not identify a version."
  }

  validation {
    condition     = var.image != null || var.kubeconfig_context == null || !var.deploy_service
    error_message = "image: required for an existing cluster, because images cannot be loaded into its nodes from here."
  }
}

variable "environment" {
  description = "Values of knative/chart, knative/serving and istio/chart: `kind`, `staging` or `production`."
  type        = string
  default     = "kind"
  nullable    = false

  validation {
    condition     = contains(["kind", "staging", "production"], var.environment)
    error_message = "environment: must be kind, staging or production."
  }
}

variable "deploy_service" {
  description = "Install the service. If false, only what it needs, for the manifests of knative/manifests."
  type        = bool
  default     = true
  nullable    = false
}

variable "service_values" {
  description = "Additional values of knative/chart, as YAML documents. Later ones win."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for document in var.service_values : can(keys(yamldecode(document)))])
    error_message = "service_values: each must be a YAML mapping."
  }
}

variable "github_token" {
  description = "GitHub token without any scope: 5,000 requests an hour instead of 60. Several are separated by commas."
  type        = string
  default     = ""
  sensitive   = true
  nullable    = false

  validation {
    condition     = !can(regex("\\s", var.github_token))
    error_message = "github_token: must be tokens separated by commas, without spaces."
  }
}

variable "redis_url" {
  description = "URL of an external Redis or Valkey instead of the chart's own, as in docs/redis.md, with its credentials. It needs `redis_cidr`."
  type        = string
  default     = ""
  sensitive   = true
  nullable    = false

  validation {
    condition     = can(regex("^(rediss?(\\+cluster|\\+sentinel)?://\\S+)?$", var.redis_url))
    error_message = "redis_url: must be a redis://, redis+cluster:// or redis+sentinel:// URL, or one with rediss."
  }
}

variable "redis_ca" {
  description = "Certificate authority of the external Redis, in PEM. Without it, Node's own authorities."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.redis_ca == "" || can(regex("-----BEGIN CERTIFICATE-----", var.redis_ca))
    error_message = "redis_ca: must be a certificate in PEM."
  }

  validation {
    condition     = var.redis_ca == "" || can(regex("^rediss", var.redis_url))
    error_message = "redis_ca: needs a redis_url with rediss."
  }
}

variable "redis_cidr" {
  description = "Network of the servers of `redis_url` (CIDR). Pods may reach it, and bypass the sidecar for it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.redis_cidr == "" || can(cidrhost(var.redis_cidr, 0)) && !endswith(var.redis_cidr, "/0")
    error_message = "redis_cidr: must be a network such as 10.0.0.0/16, and not all of them: pods bypass the sidecar for it."
  }

  validation {
    condition     = (var.redis_cidr == "") == (var.redis_url == "")
    error_message = "redis_cidr: must be set together with redis_url."
  }
}

# The observability stack

variable "observability_enabled" {
  description = "Install the observability stack."
  type        = bool
  default     = true
  nullable    = false
}

variable "grafana_admin_user" {
  description = "Name of Grafana's administrator."
  type        = string
  default     = "admin"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._@-]{1,64}$", var.grafana_admin_user))
    error_message = "grafana_admin_user: must be letters, digits and . _ @ -, at most 64."
  }
}

variable "grafana_admin_password" {
  description = "Password of Grafana's administrator. Null: a random one. It is in the Secret `grafana-admin`, which Grafana reads once, with an empty database."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.grafana_admin_password == null ? true : length(var.grafana_admin_password) >= 12
    error_message = "grafana_admin_password: must have at least 12 characters."
  }
}

variable "timeout_minutes" {
  description = "Maximum time for each part to become ready, in minutes."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.timeout_minutes >= 1 && var.timeout_minutes <= 60
    error_message = "timeout_minutes: must be from 1 to 60."
  }
}
