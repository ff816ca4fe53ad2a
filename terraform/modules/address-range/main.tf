# Addresses for load balancers in a Docker network: near the end of its IPv4 subnet, which Docker assigns to containers last.

variable "networks" {
  description = "IPAM configuration of the network, in any order. It may contain IPv6."
  type        = set(object({ subnet = string }))
}

locals {
  ipv4 = sort([for network in var.networks : network.subnet if can(cidrnetmask(network.subnet))])
}

output "range" {
  description = "Addresses as first-last."
  value       = "${cidrhost(local.ipv4[0], -56)}-${cidrhost(local.ipv4[0], -6)}"

  precondition {
    condition     = length(local.ipv4) > 0
    error_message = "Docker's network `kind` has no IPv4 subnet: set metallb_pool."
  }

  precondition {
    condition     = length(local.ipv4) == 0 ? true : tonumber(split("/", local.ipv4[0])[1]) <= 25
    error_message = "Docker's network `kind` is smaller than a /25: set metallb_pool."
  }
}
