run "last_addresses_of_the_ipv4_subnet" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    networks = [{ subnet = "172.18.0.0/16" }]
  }

  assert {
    condition     = output.range == "172.18.255.200-172.18.255.250"
    error_message = "got ${output.range}"
  }
}

run "ipv6_beside_it" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    networks = [{ subnet = "fc00:f853:ccd:e793::/64" }, { subnet = "10.89.0.0/24" }]
  }

  assert {
    condition     = output.range == "10.89.0.200-10.89.0.250"
    error_message = "got ${output.range}"
  }
}

run "no_ipv4" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    networks = [{ subnet = "fc00:f853:ccd:e793::/64" }]
  }

  expect_failures = [output.range]
}

run "too_small" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    networks = [{ subnet = "192.168.7.0/26" }]
  }

  expect_failures = [output.range]
}
