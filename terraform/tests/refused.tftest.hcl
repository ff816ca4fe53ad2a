# Each invalid value is refused before anything is created, with the message of the variable.

mock_provider "docker" {}
mock_provider "helm" {}
mock_provider "kind" {}
mock_provider "kubernetes" {}
mock_provider "random" {}
mock_provider "tls" {}

run "cluster_name_1" {
  command = plan

  variables {
    cluster_name = "Edge Gists"
  }

  expect_failures = [var.cluster_name]
}

run "kubeconfig_path_1" {
  command = plan

  variables {
    kubeconfig_path = " "
  }

  expect_failures = [var.kubeconfig_path]
}

run "kubeconfig_context_1" {
  command = plan

  variables {
    kubeconfig_context = null
    provision_cluster  = false
    image              = "ghcr.io/o/e:1"
  }

  expect_failures = [var.kubeconfig_context]
}

run "profile_1" {
  command = plan

  variables {
    profile = "large"
  }

  expect_failures = [var.profile]
}

run "workers_1" {
  command = plan

  variables {
    workers = 11
  }

  expect_failures = [var.workers]
}

run "workers_2" {
  command = plan

  variables {
    workers = 1.5
  }

  expect_failures = [var.workers]
}

run "node_image_1" {
  command = plan

  variables {
    node_image = "kindest/node:v1.35.0"
  }

  expect_failures = [var.node_image]
}

run "domain_1" {
  command = plan

  variables {
    domain = "https://example.org"
  }

  expect_failures = [var.domain]
}

run "domain_2" {
  command = plan

  variables {
    domain = "localhost"
  }

  expect_failures = [var.domain]
}

run "domain_3" {
  command = plan

  variables {
    domain = "Example.org"
  }

  expect_failures = [var.domain]
}

run "listen_address_1" {
  command = plan

  variables {
    listen_address = "localhost"
  }

  expect_failures = [var.listen_address]
}

run "http_port_1" {
  command = plan

  variables {
    http_port = 0
  }

  expect_failures = [var.http_port]
}

run "https_port_1" {
  command = plan

  variables {
    https_port = 65536
  }

  expect_failures = [var.https_port]
}

run "https_port_2" {
  command = plan

  variables {
    https_port = 80
  }

  expect_failures = [var.https_port]
}

run "metallb_pool_1" {
  command = plan

  variables {
    metallb_pool = "10.0.0.0/24"
  }

  expect_failures = [var.metallb_pool]
}

run "metallb_pool_2" {
  command = plan

  variables {
    metallb_pool = "10.0.0.1-10.0.0.300"
  }

  expect_failures = [var.metallb_pool]
}

run "metallb_pool_3" {
  command = plan

  variables {
    metallb_pool       = null
    provision_cluster  = false
    kubeconfig_context = "a"
    image              = "ghcr.io/o/e:1"
    metallb_enabled    = true
  }

  expect_failures = [var.metallb_pool]
}

run "chart_source_1" {
  command = plan

  variables {
    chart_source = ""
  }

  expect_failures = [var.chart_source]
}

run "image_registry_1" {
  command = plan

  variables {
    image_registry = "https://mirror.example.com"
  }

  expect_failures = [var.image_registry]
}

run "image_registry_2" {
  command = plan

  variables {
    image_registry = "mirror.example.com/"
  }

  expect_failures = [var.image_registry]
}

run "image_1" {
  command = plan

  variables {
    image = "edge-gists"
  }

  expect_failures = [var.image]
}

run "image_2" {
  command = plan

  variables {
    image = "ghcr.io/o/edge-gists"
  }

  expect_failures = [var.image]
}

run "image_3" {
  command = plan

  variables {
    image = "ghcr.io/o/edge-gists:latest"
  }

  expect_failures = [var.image]
}

run "image_4" {
  command = plan

  variables {
    image              = null
    provision_cluster  = false
    kubeconfig_context = "a"
  }

  expect_failures = [var.image]
}

run "environment_1" {
  command = plan

  variables {
    environment = "test"
  }

  expect_failures = [var.environment]
}

run "service_values_1" {
  command = plan

  variables {
    service_values = ["- a list"]
  }

  expect_failures = [var.service_values]
}

run "service_values_2" {
  command = plan

  variables {
    service_values = ["a: [unclosed"]
  }

  expect_failures = [var.service_values]
}

run "github_token_1" {
  command = plan

  variables {
    github_token = "a, b"
  }

  expect_failures = [var.github_token]
}

run "redis_url_1" {
  command = plan

  variables {
    redis_url  = "https://cache.example"
    redis_cidr = "10.0.0.0/8"
  }

  expect_failures = [var.redis_url]
}

run "redis_ca_1" {
  command = plan

  variables {
    redis_url  = "redis://cache.example"
    redis_cidr = "10.0.0.0/8"
    redis_ca   = "-----BEGIN CERTIFICATE-----"
  }

  expect_failures = [var.redis_ca]
}

run "redis_cidr_1" {
  command = plan

  variables {
    redis_url = "redis://cache.example"
  }

  expect_failures = [var.redis_cidr]
}

run "redis_cidr_2" {
  command = plan

  variables {
    redis_url  = "redis://cache.example"
    redis_cidr = "10.0.0"
  }

  expect_failures = [var.redis_cidr]
}

run "grafana_admin_user_1" {
  command = plan

  variables {
    grafana_admin_user = "a b"
  }

  expect_failures = [var.grafana_admin_user]
}

run "grafana_admin_password_1" {
  command = plan

  variables {
    grafana_admin_password = "short"
  }

  expect_failures = [var.grafana_admin_password]
}

run "timeout_minutes_1" {
  command = plan

  variables {
    timeout_minutes = 0
  }

  expect_failures = [var.timeout_minutes]
}
