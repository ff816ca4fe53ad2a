# frozen_string_literal: true

# octokit.rb (https://octokit.github.io/octokit.rb): `api_endpoint`. Debian's release of it.
require "json"
require "octokit"

def connect(ask)
  Octokit::Client.new(api_endpoint: ask["origin"] + (ask["enterprise"] ? "/api/v3/" : "/"), auto_paginate: true)
end

def gist_by(client, id)
  { id: client.gist(id).id }
end

def names(gist)
  gist.files.to_h.keys.map(&:to_s).sort
end

def content(gist, file)
  { content: gist.files.to_h[file.to_sym][:content] }
end

limited = ->(ask) { gist_by(connect(ask), ask["uncached"]) }
gist = lambda do |ask|
  found = connect(ask).gist(ask["gist"])
  { id: found.id, files: names(found) }
end

SCENARIOS = {
  "user-gists" => lambda do |ask|
    ids = connect(ask).gists(ask["username"]).map(&:id)
    { count: ids.length, unique: ids.uniq.length }
  end,
  "since" => ->(ask) { { count: connect(ask).gists(ask["username"], since: ask["since"]).length } },
  "gist" => gist,
  "revision" => ->(ask) { content(connect(ask).gist(ask["gist"], sha: ask["sha"]), ask["file"]) },
  "history" => ->(ask) { { versions: connect(ask).gist_commits(ask["gist"]).map(&:version) } },
  "comments" => ->(ask) { { count: connect(ask).gist_comments(ask["gist"]).length } },
  "forks" => ->(ask) { { count: connect(ask).gist_forks(ask["gist"]).length } },
  "file" => ->(ask) { content(connect(ask).gist(ask["gist"]), ask["file"]) },
  # Its hypermedia relations are the URLs of the body.
  "follow" => lambda do |ask|
    short = connect(ask).gists(ask["username"]).find { |item| item.id == ask["gist"] }
    found = short.rels[:self].get.data
    { versions: found.rels[:commits].get.data.length, login: found.owner.rels[:self].get.data.login }
  end,
  "user" => lambda do |ask|
    found = connect(ask).user(ask["username"])
    { login: found.login, id: found.id }
  end,
  "anonymous" => ->(ask) { { count: connect(ask).get("gists").length } },
  "not-found" => gist,
  "conditional" => lambda do |ask|
    client = connect(ask)
    client.gist(ask["gist"])
    etag = client.last_response.headers[:etag]
    client.gist(ask["gist"], headers: { "If-None-Match" => etag })
    { unchanged: client.last_response.status == 304 }
  end,
  "rate-limit" => lambda do |ask|
    found = connect(ask).rate_limit!
    { limit: found.limit, remaining: found.remaining }
  end,
  "primary-limit" => limited,
  "secondary-limit" => limited,
  "cached-while-limited" => lambda do |ask|
    client = connect(ask)
    Array.new(2) { gist_by(client, ask["cached"]) }
  end,
  "cached-after-limit" => lambda do |ask|
    client = connect(ask)
    begin
      gist_by(client, ask["uncached"])
    rescue Octokit::Error
      gist_by(client, ask["cached"])
    end
  end
}.freeze

def to_error(error)
  told = { type: error.class.name, message: error.message }
  return told unless error.is_a?(Octokit::Error)

  headers = error.response_headers
  wait = headers["retry-after"]
  wait ||= headers["x-ratelimit-reset"].to_i - Time.now.to_i if headers["x-ratelimit-remaining"] == "0"
  told.merge(status: error.response_status, wait: wait&.to_i)
end

$stdin.each_line do |line|
  ask = JSON.parse(line)
  begin
    answer = { ok: SCENARIOS.fetch(ask["scenario"]).call(ask) }
  rescue StandardError => e
    answer = { error: to_error(e) }
  end
  puts answer.to_json
  $stdout.flush
end
