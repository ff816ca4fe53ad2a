mock_provider "kind" {}

run "as_it_comes" {
  command = plan

  assert {
    condition     = kind_cluster.this.node_image == local.versions.kind.node_image
    error_message = "the node image is that of versions.json"
  }

  assert {
    condition     = length(kind_cluster.this.kind_config[0].node) == 1
    error_message = "the small profile has one node"
  }

  assert {
    condition     = alltrue([for mapping in kind_cluster.this.kind_config[0].node[0].extra_port_mappings : mapping.listen_address == "127.0.0.1"])
    error_message = "only this machine reaches the gateway"
  }

  assert {
    condition     = { for mapping in kind_cluster.this.kind_config[0].node[0].extra_port_mappings : mapping.container_port => mapping.host_port } == { 30080 = 80, 30443 = 443 }
    error_message = "the machine's ports lead to the gateway's"
  }

  assert {
    condition     = output.context == "kind-edge-gists"
    error_message = "got ${output.context}"
  }
}

run "full_profile" {
  command = plan

  variables {
    profile = "full"
  }

  assert {
    condition     = length(kind_cluster.this.kind_config[0].node) == 3
    error_message = "the full profile has two workers"
  }
}

run "overrides" {
  command = plan

  variables {
    cluster_name = "demo"
    profile      = "full"
    workers      = 1
    http_port    = 8080
    https_port   = 8443
  }

  assert {
    condition     = length(kind_cluster.this.kind_config[0].node) == 2
    error_message = "workers wins over the profile"
  }

  assert {
    condition     = { for mapping in kind_cluster.this.kind_config[0].node[0].extra_port_mappings : mapping.container_port => mapping.host_port } == { 30080 = 8080, 30443 = 8443 }
    error_message = "other ports of the machine"
  }

  assert {
    condition     = output.context == "kind-demo"
    error_message = "got ${output.context}"
  }
}

run "null_is_the_default" {
  command = plan

  variables {
    cluster_name    = null
    kubeconfig_path = null
    profile         = null
    listen_address  = null
    http_port       = null
    https_port      = null
  }

  assert {
    condition     = output.context == "kind-edge-gists" && length(kind_cluster.this.kind_config[0].node) == 1
    error_message = "got ${output.context}"
  }
}
