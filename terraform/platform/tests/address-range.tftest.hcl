run "four_at_the_end" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    address = "172.18.0.2"
  }

  assert {
    condition     = output.range == "172.18.0.247-172.18.0.250"
    error_message = "got ${output.range}"
  }
}

run "the_first_node" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    address = "10.89.0.1"
  }

  assert {
    condition     = output.range == "10.89.0.251-10.89.0.254"
    error_message = "got ${output.range}"
  }
}

run "the_last_node_that_has_some" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    address = "10.89.0.31"
  }

  assert {
    condition     = output.range == "10.89.0.131-10.89.0.134"
    error_message = "got ${output.range}"
  }
}

run "too_far_from_the_beginning" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    address = "192.168.7.33"
  }

  expect_failures = [output.range]
}

run "the_address_of_a_network" {
  command = plan

  module {
    source = "./modules/address-range"
  }

  variables {
    address = "192.168.7.0"
  }

  expect_failures = [output.range]
}
