# Each invalid value is refused before anything is created, with the message of the variable. A run fails for each variable in
# its list that accepts its value, and for each other that refuses its own.

mock_provider "helm" {}
mock_provider "kubernetes" {
  source = "./tests/mocks"
}

run "invalid_1" {
  command = plan

  variables {
    cluster_name           = "Edge Gists"
    kubeconfig_path        = " "
    profile                = "large"
    domain                 = "https://example.org"
    listen_address         = "localhost"
    https_port             = 65536
    metallb_pool           = "10.0.0.0/24"
    chart_source           = ""
    image_registry         = "https://mirror.example.com"
    image                  = "edge-gists"
    environment            = "test"
    service_values         = ["- a list"]
    github_token           = "a, b"
    redis_url              = "redis://cache.example"
    grafana_admin_user     = "a b"
    grafana_admin_password = "short"
    timeout_minutes        = 0
  }

  expect_failures = [
    var.cluster_name, var.kubeconfig_path, var.profile, var.domain, var.listen_address, var.https_port,
    var.metallb_pool, var.chart_source, var.image_registry, var.image, var.environment, var.service_values,
    var.github_token, var.redis_cidr, var.grafana_admin_user, var.grafana_admin_password, var.timeout_minutes,
  ]
}

run "blank_context" {
  command = plan

  variables {
    kubeconfig_context = " "
    image              = "ghcr.io/o/e:1"
  }

  expect_failures = [var.kubeconfig_context]
}

run "invalid_2" {
  command = plan

  variables {
    domain         = "localhost"
    metallb_pool   = "10.0.0.1-10.0.0.300"
    image_registry = "mirror.example.com/"
    image          = "ghcr.io/o/edge-gists"
    service_values = ["a: [unclosed"]
  }

  expect_failures = [var.domain, var.metallb_pool, var.image_registry, var.image, var.service_values]
}

run "invalid_3" {
  command = plan

  variables {
    domain       = "Example.org"
    image        = "ghcr.io/o/edge-gists:latest"
    metallb_pool = "10.0.1.1-10.0.0.250"
  }

  expect_failures = [var.domain, var.image, var.metallb_pool]
}

run "metallb_without_addresses" {
  command = plan

  variables {
    metallb_pool       = null
    kubeconfig_context = "a"
    image              = "ghcr.io/o/e:1"
    metallb_enabled    = true
  }

  expect_failures = [var.metallb_pool]
}

run "existing_cluster_without_an_image" {
  command = plan

  variables {
    image              = null
    kubeconfig_context = "a"
  }

  expect_failures = [var.image]
}

run "redis_by_another_protocol" {
  command = plan

  variables {
    redis_url  = "https://cache.example"
    redis_cidr = "10.0.0.0/8"
  }

  expect_failures = [var.redis_url]
}

run "authority_without_tls" {
  command = plan

  variables {
    redis_url  = "redis://cache.example"
    redis_cidr = "10.0.0.0/8"
    redis_ca   = "-----BEGIN CERTIFICATE-----"
  }

  expect_failures = [var.redis_ca]
}

run "half_a_network" {
  command = plan

  variables {
    redis_url  = "redis://cache.example"
    redis_cidr = "10.0.0"
  }

  expect_failures = [var.redis_cidr]
}

run "image_without_its_registry" {
  command = plan

  variables {
    image = "user/edge-gists:1.0.0"
  }

  expect_failures = [var.image]
}

run "every_network" {
  command = plan

  variables {
    redis_url  = "redis://cache.example"
    redis_cidr = "0.0.0.0/0"
  }

  expect_failures = [var.redis_cidr]
}
