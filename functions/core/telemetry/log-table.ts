/** Every field of a log line, on both runtimes. */
export const logFieldTable = {
  time: "When, in UTC (ISO 8601, milliseconds).",
  level: "`debug`, `info`, `warn` or `error`.",
  msg: "What: one of the messages below.",
  trace_id: "The request's trace, where requests are traced.",
  span_id: "The request's span in it.",
  method: "`GET`, `HEAD`, `OPTIONS` or `other`.",
  route: "The route's template; `unmatched` where there is none.",
  resource: "What was asked for, as GitHub is asked for it: path and known parameters, from validated values only.",
  status: "The answer's status; in lines about a token GitHub's.",
  duration_seconds: "From the request's arrival to its answer's head.",
  handling: "What the cache did: the same word as in metrics and spans.",
  reason: "In a request, the failure that a stale answer stands in for; elsewhere why, in words of the service's own.",
  upstream_calls: "Calls to GitHub that the request made itself before it was answered.",
  upstream_status: "GitHub's status, where it answered.",
  cause: "Name and message of the error behind it.",
  stack: "Its stack, for faults of the service itself.",
  token: "A token's place in `GITHUB_TOKEN`; -1 for none. Never the token.",
  seconds: "For how long.",
  failures: "Different resources that failed, with no success between them.",
  count: "How many.",
  operation: "What was done to the shared cache: `get`, `set`, `delete`, `purge`, `lease` or `release`.",
  port: "The port that is listened on.",
  version: "The build's version.",
  commit: "The build's Git commit.",
  setting: "The name of a setting. Never its value.",
  signal: "The signal that ended the process.",
} as const satisfies Record<string, string>;

export type LogField = Exclude<keyof typeof logFieldTable, "time" | "level" | "msg">;

export interface LogMessageDefinition {
  /** The levels at which it is written. */
  levels: readonly ("debug" | "info" | "warn" | "error")[];
  description: string;
  fields: readonly LogField[];
}

const ofRequest = ["trace_id", "span_id", "route"] as const;
const ofFailure = [...ofRequest, "upstream_status", "reason", "cause"] as const;

/** Every message: a closed set, so that nothing a client wrote can become one. */
export const logMessageTable = {
  request: {
    levels: ["info", "debug"],
    description:
      "A request was answered. At `debug` for health checks and scrapes. `LOG_HIT_RATIO` thins out those with `handling` HIT.",
    fields: [...ofRequest, "method", "resource", "status", "duration_seconds", "handling", "reason", "upstream_calls"],
  },
  internal: {
    levels: ["error"],
    description: "The service failed to answer a request: a fault of its own.",
    fields: [...ofFailure, "stack"],
  },
  "bad-gateway": {
    levels: ["warn"],
    description: "GitHub failed, and nothing stood in for its answer.",
    fields: ofFailure,
  },
  "gateway-timeout": {
    levels: ["warn"],
    description: "GitHub was late, and nothing stood in for its answer.",
    fields: ofFailure,
  },
  "rate limited by GitHub": {
    levels: ["warn"],
    description: "GitHub limits a token: it is not used for a while.",
    fields: ["token", "seconds", "status"],
  },
  "GitHub's answer has an odd field: ignored": {
    levels: ["warn"],
    description:
      "A field about limits, named by `reason`, is out of its range: it counts as absent. Said once for each field.",
    fields: ["reason"],
  },
  "GitHub refuses a token: set aside": {
    levels: ["error"],
    description:
      "A token is invalid or revoked (`status` 401), or its account is suspended or lacks a permission (403). It is looked at again after `seconds`, each time twice as many.",
    fields: ["token", "seconds", "status"],
  },
  "GitHub is down: not asking for a while": {
    levels: ["warn"],
    description: "The circuit breaker opened: five resources or more failed, and none has succeeded for two seconds.",
    fields: ["failures"],
  },
  "GitHub is back": { levels: ["info"], description: "The circuit breaker closed.", fields: ["seconds"] },
  "shared cache fails: doing without it": {
    levels: ["warn"],
    description: "The shared tier failed or was late.",
    fields: ["operation", "cause"],
  },
  "shared cache is back": { levels: ["info"], description: "The shared tier answers again.", fields: [] },
  "traces are not exported": {
    levels: ["warn"],
    description: "The receiver of traces failed or was late; its spans are lost. Said once until it takes some again.",
    fields: ["cause"],
  },
  "traces are exported again": { levels: ["info"], description: "The receiver took spans again.", fields: [] },
  "clients took nothing of their answers: cut": {
    levels: ["warn"],
    description:
      "Connections were ended whose clients took nothing for `SEND_TIMEOUT_MS` (`stalled`), or for 5 s while room was short (`room`).",
    fields: ["count", "reason"],
  },
  purged: { levels: ["info"], description: "An operator dropped a resource from the cache.", fields: ["route"] },
  "purged here, but not in the shared cache": {
    levels: ["warn"],
    description: "An operator's purge was answered 503: the shared tier failed to drop the resource, or was late.",
    fields: ["route"],
  },
  "wrong settings": {
    levels: ["error"],
    description: "On a Worker: no request can be answered. A container does not start, and says so on stderr.",
    fields: ["reason"],
  },
  "setting ignored": {
    levels: ["warn"],
    description:
      "One of OpenTelemetry's variables is wrong, or wrong in part: what is wrong counts as unset, by its specification.",
    fields: ["setting", "reason"],
  },
  "cannot listen": {
    levels: ["error"],
    description: "The port is not to be had; the process ends.",
    fields: ["reason"],
  },
  listening: {
    levels: ["info"],
    description: "The server takes requests.",
    fields: ["port", "version", "commit"],
  },
  "no public address": {
    levels: ["info"],
    description: "Neither `PUBLIC_URL` nor `PUBLIC_HOSTS` is set: links are relative, unless the host is `localhost`.",
    fields: [],
  },
  draining: {
    levels: ["info"],
    description: "A signal or an uncaught exception came: no new connections, requests in flight are finished.",
    fields: ["signal"],
  },
  "uncaught error": {
    levels: ["error"],
    description:
      "A fault of the service that nothing caught; `reason` is its kind. After an `exception` the process drains and exits with 1, after a `rejection` it goes on.",
    fields: ["reason", "cause", "stack"],
  },
  stopped: { levels: ["info"], description: "The last line of a process that ends by itself.", fields: [] },
} as const satisfies Record<string, LogMessageDefinition>;

export type LogMessage = keyof typeof logMessageTable;
