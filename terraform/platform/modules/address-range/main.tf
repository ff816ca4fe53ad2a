# Addresses for load balancers in the network of a node: four of its /24, counted from the end by the last part of the node's
# address. Docker assigns addresses from the beginning, and each to one node, so that no other cluster has the same four.

variable "address" {
  description = "IPv4 address of the node."
  type        = string
}

locals {
  parts  = split(".", var.address)
  prefix = join(".", slice(local.parts, 0, 3))
  last   = 258 - 4 * tonumber(local.parts[3])
}

output "range" {
  description = "Addresses as first-last."
  value       = "${local.prefix}.${local.last - 3}-${local.prefix}.${local.last}"

  precondition {
    condition     = tonumber(local.parts[3]) >= 1 && local.last - 3 > 128
    error_message = "The node has the address ${var.address}, too far from the beginning of its network: set metallb_pool."
  }
}
