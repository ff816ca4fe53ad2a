require "octokit"

url = ENV.fetch("EDGE_GISTS", "http://localhost:8080")
client = Octokit::Client.new(api_endpoint: "#{url}/api/v3/", auto_paginate: true)
puts client.gists("octocat").length
