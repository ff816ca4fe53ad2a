# Each invalid value is refused before anything is created, with the message of the variable. A run fails for each variable in
# its list that accepts its value, and for each other that refuses its own.

mock_provider "kind" {}

run "invalid_1" {
  command = plan

  variables {
    cluster_name    = "Edge Gists"
    kubeconfig_path = " "
    profile         = "large"
    workers         = 11
    node_image      = "kindest/node:v1.35.0"
    listen_address  = "localhost"
    https_port      = 65536
  }

  expect_failures = [
    var.cluster_name, var.kubeconfig_path, var.profile, var.workers, var.node_image, var.listen_address, var.https_port,
  ]
}

run "invalid_2" {
  command = plan

  variables {
    workers    = 1.5
    https_port = 80
  }

  expect_failures = [var.workers, var.https_port]
}

run "invalid_3" {
  command = plan

  variables {
    http_port = 0
  }

  expect_failures = [var.http_port]
}
