# The cluster

variable "provision_cluster" {
  description = "Make a Kind cluster. False: install into the cluster of `kubeconfig_context`."
  type        = bool
  default     = true
}

variable "cluster_name" {
  description = "Name of the Kind cluster; its context is `kind-<name>`."
  type        = string
  default     = "edge-gists"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.cluster_name))
    error_message = "cluster_name: lower-case letters, digits and hyphens, at most 40, no hyphen at either end."
  }
}

variable "kubeconfig_path" {
  description = "The kubeconfig that is read for an existing cluster, and that kind writes for a new one."
  type        = string
  default     = "~/.kube/config"

  validation {
    condition     = trimspace(var.kubeconfig_path) != ""
    error_message = "kubeconfig_path: the path of a file."
  }
}

variable "kubeconfig_context" {
  description = "Context of an existing cluster. Needed where `provision_cluster` is false, ignored otherwise."
  type        = string
  default     = null

  validation {
    condition     = var.provision_cluster || try(trimspace(var.kubeconfig_context), "") != ""
    error_message = "kubeconfig_context: needed with provision_cluster = false (kubectl config get-contexts lists them)."
  }
}

variable "profile" {
  description = "`small` for a machine with 8 GB (one node, the small observability stack), `full` for 16 GB and more."
  type        = string
  default     = "small"

  validation {
    condition     = contains(["small", "full"], var.profile)
    error_message = "profile: small or full."
  }
}

variable "workers" {
  description = "Worker nodes beside the control plane. Null: as the profile has it (small 0, full 2)."
  type        = number
  default     = null

  validation {
    condition     = var.workers == null ? true : var.workers >= 0 && var.workers <= 10 && floor(var.workers) == var.workers
    error_message = "workers: a whole number from 0 to 10."
  }
}

variable "node_image" {
  description = "Node image of Kind, pinned by digest. Null: the one of versions.json, which the kind provider was built for."
  type        = string
  default     = null

  validation {
    condition     = var.node_image == null ? true : can(regex("@sha256:[0-9a-f]{64}$", var.node_image))
    error_message = "node_image: with its digest, as in kindest/node:v1.35.0@sha256:..."
  }
}

# How it is reached

variable "domain" {
  description = "Domain below which gists., grafana. and metrics. live. The default resolves to 127.0.0.1 everywhere."
  type        = string
  default     = "127.0.0.1.sslip.io"

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain)) && length(var.domain) <= 200
    error_message = "domain: a DNS name of at least two labels in lower case, without a scheme or a port."
  }
}

variable "listen_address" {
  description = "Address of this machine at which the gateway's ports are mapped. 127.0.0.1: nobody else reaches them."
  type        = string
  default     = "127.0.0.1"

  validation {
    condition     = can(cidrhost("${var.listen_address}/32", 0))
    error_message = "listen_address: an IPv4 address."
  }
}

variable "http_port" {
  description = "Port of this machine for HTTP, which is redirected to HTTPS."
  type        = number
  default     = 80

  validation {
    condition     = var.http_port >= 1 && var.http_port <= 65535 && floor(var.http_port) == var.http_port
    error_message = "http_port: a port, 1 to 65535."
  }
}

variable "https_port" {
  description = "Port of this machine for HTTPS."
  type        = number
  default     = 443

  validation {
    condition     = var.https_port >= 1 && var.https_port <= 65535 && floor(var.https_port) == var.https_port && var.https_port != var.http_port
    error_message = "https_port: a port, 1 to 65535, and another than http_port."
  }
}

variable "metallb_enabled" {
  description = "Install MetalLB. Null: only into a cluster made here; others usually have a load balancer."
  type        = bool
  default     = null
}

variable "metallb_pool" {
  description = "IPv4 addresses for load balancers, as `first-last`. Null: derived from Docker's network `kind`. Needed for MetalLB on an existing cluster."
  type        = string
  default     = null

  validation {
    condition = var.metallb_pool == null ? true : (
      length(split("-", var.metallb_pool)) == 2 &&
      alltrue([for address in split("-", var.metallb_pool) : can(cidrhost("${address}/32", 0))])
    )
    error_message = "metallb_pool: two IPv4 addresses joined by a hyphen, as in 172.18.255.200-172.18.255.250."
  }

  validation {
    condition     = var.metallb_pool != null || var.provision_cluster || var.metallb_enabled != true
    error_message = "metallb_pool: needed for MetalLB on an existing cluster, whose network is not known here."
  }
}

# Where charts and images come from

variable "chart_source" {
  description = "Folder with every upstream chart as `<name>-<version>.tgz` (helm pull). Null: the repositories of versions.json."
  type        = string
  default     = null

  validation {
    condition     = var.chart_source == null ? true : trimspace(var.chart_source) != ""
    error_message = "chart_source: the path of a folder, or null."
  }
}

variable "image_registry" {
  description = "Registry that mirrors every image, as host[:port][/path]; docs/platform.md lists the names in it. Null: each project's own."
  type        = string
  default     = null

  validation {
    condition     = var.image_registry == null ? true : can(regex("^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$", var.image_registry))
    error_message = "image_registry: host[:port][/path], without a scheme and without a slash at the end."
  }
}

# The service

variable "image" {
  description = "Image of the service in a registry, with a tag or digest. Null: built here by docker and loaded into Kind."
  type        = string
  default     = null

  validation {
    condition     = var.image == null ? true : can(regex("^[^\\s@]+/[^\\s@:/]+(:[\\w.-]{1,128}|@sha256:[0-9a-f]{64})$", var.image))
    error_message = "image: registry/name with :tag or @sha256:digest, as in ghcr.io/owner/edge-gists:1.0.0."
  }

  validation {
    condition     = var.image == null ? true : !endswith(var.image, ":latest")
    error_message = "image: not :latest, which says nothing about what runs."
  }

  validation {
    condition     = var.image != null || var.provision_cluster
    error_message = "image: needed for an existing cluster, whose nodes cannot be loaded from here."
  }
}

variable "environment" {
  description = "Which values of knative/chart, knative/serving and istio/chart: `kind`, `staging` or `production`."
  type        = string
  default     = "kind"

  validation {
    condition     = contains(["kind", "staging", "production"], var.environment)
    error_message = "environment: kind, staging or production."
  }
}

variable "service_values" {
  description = "Further values of knative/chart, as YAML documents; later ones win."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for document in var.service_values : can(keys(yamldecode(document)))])
    error_message = "service_values: each a YAML mapping."
  }
}

variable "github_token" {
  description = "Token for GitHub: 5,000 requests an hour instead of 60. Needs no scope. Several, separated by commas."
  type        = string
  default     = ""
  sensitive   = true

  validation {
    condition     = !can(regex("\\s", var.github_token))
    error_message = "github_token: tokens separated by commas, no spaces."
  }
}

# The observability stack

variable "observability_enabled" {
  description = "Install the observability stack."
  type        = bool
  default     = true
}

variable "grafana_admin_user" {
  description = "Name of Grafana's administrator."
  type        = string
  default     = "admin"

  validation {
    condition     = can(regex("^[A-Za-z0-9._@-]{1,64}$", var.grafana_admin_user))
    error_message = "grafana_admin_user: letters, digits and . _ @ -, at most 64."
  }
}

variable "grafana_admin_password" {
  description = "Password of Grafana's administrator. Null: a random one (output grafana_admin_password)."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.grafana_admin_password == null ? true : length(var.grafana_admin_password) >= 12
    error_message = "grafana_admin_password: at least 12 characters."
  }
}

variable "timeout_minutes" {
  description = "Longest wait for each part to become ready."
  type        = number
  default     = 10

  validation {
    condition     = var.timeout_minutes >= 1 && var.timeout_minutes <= 60
    error_message = "timeout_minutes: 1 to 60."
  }
}
