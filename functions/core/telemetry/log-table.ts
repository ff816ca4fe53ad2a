/** Every field of a log line, on both runtimes. */
export const logFieldTable = {
  time: "Time in UTC (ISO 8601, with milliseconds).",
  level: "`debug`, `info`, `warn` or `error`.",
  msg: "One of the messages above.",
  trace_id: "Trace ID of the request, if requests are traced.",
  span_id: "Span ID of the request.",
  request_id:
    "`X-GitHub-Request-Id` of the response, if requests are not traced; else that is the trace ID. Hits have none.",
  method: "`GET`, `HEAD`, `OPTIONS` or `other`.",
  route: "Route template, or `unmatched`.",
  resource: "Path and parameters of the resource at GitHub, from validated values only.",
  status: "Status of the response; in lines about a token, the status of GitHub's response.",
  duration_seconds: "Time from the request to the response headers.",
  handling: "Cache outcome, the same word as in metrics and spans.",
  reason:
    "In a request, the failure because of which a stale response was sent; elsewhere the cause, in the service's own words.",
  upstream_calls: "Calls to GitHub that the request made before its response.",
  upstream_status: "Status of GitHub's response, if there was one.",
  cause: "Name and message of the underlying error.",
  stack: "Stack trace, for faults of the service itself.",
  token:
    "Index of the token in the pool: `GITHUB_TOKEN`, then installations of the GitHub App, then `GITHUB_TOKEN_FILE`. -1 without a token. Never the token itself.",
  seconds: "Duration in seconds.",
  failures: "Number of different resources that failed without a success in between.",
  count: "Number of connections.",
  operation:
    "Operation on the shared cache (`get`, `set`, `delete`, `purge`, `lease`, `turn`, `settle` or `release`) or on shared limits (`take` or `settle`).",
  replicas: "Number of replicas, this one included.",
  port: "Port of the server.",
  version: "Version of the build.",
  commit: "Git commit of the build.",
  setting: "Name of a setting. Never its value.",
  nearest: "Setting with the closest name.",
  signal: "Signal that ended the process.",
} as const satisfies Record<string, string>;

export type LogField = Exclude<keyof typeof logFieldTable, "time" | "level" | "msg">;

export interface LogMessageDefinition {
  /** The levels of its lines. */
  levels: readonly ("debug" | "info" | "warn" | "error")[];
  description: string;
  fields: readonly LogField[];
}

const ofRequest = ["trace_id", "span_id", "route"] as const;
const ofFailure = [...ofRequest, "upstream_status", "reason", "cause"] as const;

/** Every message: a closed set, so that no text of a client can become a message. */
export const logMessageTable = {
  request: {
    levels: ["info", "debug"],
    description:
      "A response was sent. Level `debug` for health checks and scrapes. `LOG_HIT_RATIO` samples the lines with `handling` HIT.",
    fields: [
      ...ofRequest,
      "request_id",
      "method",
      "resource",
      "status",
      "duration_seconds",
      "handling",
      "reason",
      "upstream_calls",
    ],
  },
  internal: {
    levels: ["error"],
    description: "The service failed to respond because of a fault of its own.",
    fields: [...ofFailure, "stack"],
  },
  "bad-gateway": {
    levels: ["warn"],
    description: "GitHub failed, and there was no stale response to send.",
    fields: ofFailure,
  },
  "gateway-timeout": {
    levels: ["warn"],
    description: "GitHub did not respond in time, and there was no stale response to send.",
    fields: ofFailure,
  },
  "rate limited by GitHub": {
    levels: ["warn"],
    description: "GitHub limits a token, which is not used for a while.",
    fields: ["token", "seconds", "status"],
  },
  "GitHub's response has an odd field: ignored": {
    levels: ["warn"],
    description:
      "A rate limit header, named by `reason`, is out of range and counts as absent. Logged once for each header.",
    fields: ["reason"],
  },
  "GitHub refuses a token: set aside": {
    levels: ["error"],
    description:
      "A token is invalid or revoked (`status` 401), or its account is suspended or lacks a permission (403). It is tried again after `seconds`, which doubles each time.",
    fields: ["token", "seconds", "status"],
  },
  "no new token for the GitHub App": {
    levels: ["warn", "error"],
    description:
      "GitHub makes no token for an installation: 401 means a wrong key or clock, 403 a suspended installation or a limit, 404 a wrong ID. The next request for it is after `seconds`. Level `error` if there is no valid token left.",
    fields: ["token", "seconds", "status", "cause"],
  },
  "the GitHub App has a token again": {
    levels: ["info"],
    description: "A token for an installation was made after failures.",
    fields: ["token"],
  },
  "credentials were replaced": {
    levels: ["info"],
    description: "The file that `setting` names has changed, and its content is used from now on.",
    fields: ["setting"],
  },
  "a file of credentials is unusable: keeping the last": {
    levels: ["error"],
    description: "The file that `setting` names cannot be read, or holds no valid value.",
    fields: ["setting", "reason"],
  },
  "GitHub is down: not asking for a while": {
    levels: ["warn"],
    description: "The circuit breaker opened: at least five resources failed, and none succeeded for two seconds.",
    fields: ["failures"],
  },
  "GitHub is back": { levels: ["info"], description: "The circuit breaker closed.", fields: ["seconds"] },
  "rate limited by GitHub's raw host": {
    levels: ["warn"],
    description: "The host of GitHub that serves files limits this service: no file is read from it for `seconds`.",
    fields: ["seconds", "status"],
  },
  "GitHub's raw host is down: not asking for a while": {
    levels: ["warn"],
    description:
      "The circuit breaker for files opened: at least five files failed, and none succeeded for two seconds.",
    fields: ["failures"],
  },
  "GitHub's raw host is back": {
    levels: ["info"],
    description: "The circuit breaker for files closed.",
    fields: ["seconds"],
  },
  "a file from GitHub's raw host broke off": {
    levels: ["warn"],
    description:
      "A call for a file failed after its first byte. The responses that had begun break off, whatever their `status`.",
    fields: ["reason"],
  },
  "shared cache fails: doing without it": {
    levels: ["warn"],
    description: "The shared tier failed or timed out.",
    fields: ["operation", "cause"],
  },
  "shared cache is back": { levels: ["info"], description: "The shared tier responds again.", fields: [] },
  "limits are not shared: counting alone": {
    levels: ["warn"],
    description:
      "The shared tier failed or timed out. This process counts its own calls to GitHub only, until the tier responds again.",
    fields: ["operation", "cause"],
  },
  "limits are shared again": {
    levels: ["info"],
    description: "The shared tier responds again, and has what this process learnt meanwhile.",
    fields: [],
  },
  "traces are not exported": {
    levels: ["warn"],
    description:
      "The trace receiver failed or timed out, and spans were lost. Logged once until the receiver accepts spans again.",
    fields: ["cause"],
  },
  "traces are exported again": {
    levels: ["info"],
    description: "The trace receiver accepted spans again.",
    fields: [],
  },
  "clients took nothing of their responses: cut": {
    levels: ["warn"],
    description:
      "Connections were closed because their clients read nothing for `SEND_TIMEOUT_MS` (`stalled`), or for 5 s while memory was short (`room`).",
    fields: ["count", "reason"],
  },
  purged: { levels: ["info"], description: "An operator purged a resource.", fields: ["route"] },
  "replicas have dropped what was purged": {
    levels: ["info"],
    description:
      "A moment after a purge, so many `replicas` had dropped what it takes. A replica that is missing was not connected to Redis.",
    fields: ["replicas"],
  },
  "purges of other replicas are not received": {
    levels: ["warn"],
    description:
      "The connection on which Redis tells of purges failed. This replica may serve what another one purges, until it is connected again.",
    fields: ["cause"],
  },
  "purges of other replicas are received again": {
    levels: ["info"],
    description: "The connection is back, and what was purged meanwhile is dropped.",
    fields: [],
  },
  "purges were missed: dropped all entries of this process": {
    levels: ["warn"],
    description: "Redis no longer has all purges since this replica lost its connection.",
    fields: [],
  },
  "purged here, but not in the shared cache": {
    levels: ["warn"],
    description: "A purge got 503, because the shared tier failed to drop the resource or timed out.",
    fields: ["route"],
  },
  "wrong settings": {
    levels: ["error"],
    description:
      "A Worker responds to every request with 500. A container does not start, and writes the error to stderr instead.",
    fields: ["reason"],
  },
  "setting ignored": {
    levels: ["warn"],
    description:
      "A variable of OpenTelemetry is invalid, or invalid in part. The invalid part counts as unset, as its specification demands.",
    fields: ["setting", "reason"],
  },
  "unknown setting": {
    levels: ["warn"],
    description:
      "A variable is not a setting, but its name is close to one: probably a typing error. A Worker logs every variable that is not a setting.",
    fields: ["setting", "nearest"],
  },
  "cannot listen": {
    levels: ["error"],
    description: "The server cannot listen on its port. The process ends.",
    fields: ["reason"],
  },
  listening: {
    levels: ["info"],
    description: "The server accepts requests.",
    fields: ["port", "version", "commit"],
  },
  "no public address": {
    levels: ["info"],
    description: "Neither `PUBLIC_URL` nor `PUBLIC_HOSTS` is set. Links are relative, unless the host is `localhost`.",
    fields: [],
  },
  draining: {
    levels: ["info"],
    description:
      "Shutdown began, after a signal or an uncaught exception: no new connections are accepted, and requests in flight are finished.",
    fields: ["signal"],
  },
  "uncaught error": {
    levels: ["error"],
    description:
      "An uncaught error, whose kind is `reason`. After an `exception`, the process drains and exits with 1. After a `rejection`, it continues.",
    fields: ["reason", "cause", "stack"],
  },
  stopped: { levels: ["info"], description: "Last line of a process that ends in order.", fields: [] },
} as const satisfies Record<string, LogMessageDefinition>;

export type LogMessage = keyof typeof logMessageTable;
