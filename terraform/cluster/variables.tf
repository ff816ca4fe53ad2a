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

variable "workers" {
  description = "Number of worker nodes besides the control plane. Null: as in the profile (small 0, full 2)."
  type        = number
  default     = null

  validation {
    condition     = var.workers == null ? true : var.workers >= 0 && var.workers <= 10 && floor(var.workers) == var.workers
    error_message = "workers: must be a whole number from 0 to 10."
  }
}

variable "node_image" {
  description = "Node image of Kind with its digest. Null: the one in versions.json, which fits the kind provider."
  type        = string
  default     = null

  validation {
    condition     = var.node_image == null ? true : can(regex("@sha256:[0-9a-f]{64}$", var.node_image))
    error_message = "node_image: must have a digest, as in kindest/node:v1.35.0@sha256:..."
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

variable "http_port" {
  description = "Port of this machine for HTTP, which redirects to HTTPS."
  type        = number
  default     = 80
  nullable    = false

  validation {
    condition     = var.http_port >= 1 && var.http_port <= 65535 && floor(var.http_port) == var.http_port
    error_message = "http_port: must be a port from 1 to 65535."
  }
}

variable "https_port" {
  description = "Port of this machine for HTTPS. With `kubeconfig_context`: the port at which clients reach the gateway."
  type        = number
  default     = 443
  nullable    = false

  validation {
    condition     = var.https_port >= 1 && var.https_port <= 65535 && floor(var.https_port) == var.https_port && var.https_port != var.http_port
    error_message = "https_port: must be a port from 1 to 65535, other than http_port."
  }
}
