/**
 * Every attribute of a span: the source of types and of docs/telemetry.md. No bundle contains the descriptions.
 * Names without the service's prefix are OpenTelemetry's stable ones.
 */
export const attributeTable = {
  "http.request.method": "Method; `_OTHER` for methods other than PATCH and those of RFC 9110.",
  "http.request.method_original": "Method as sent, if it is `_OTHER`.",
  "http.response.status_code": "Status; absent on a call to GitHub without a response.",
  "http.route": "Route template; absent if no route matched.",
  "url.scheme": "`http` or `https`, as seen by the service.",
  "url.path": "Path as sent, without the query, which may contain anything.",
  "url.full": "URL of the call to GitHub, built from validated values.",
  "server.address": "Host of the request or of the call.",
  "server.port": "Port of that host.",
  "user_agent.original": "`User-Agent` of the client.",
  "error.type":
    "Status, if it makes the span an error (5xx; on a call to GitHub also 4xx); else the name of the failure.",
  "edge_gists.cache.handling": "Cache outcome, the same word as in metrics and logs.",
  "edge_gists.cache.bridged": "Failure because of which a stale response was sent.",
  "edge_gists.cache.tier": "`memory` or `shared`.",
  "edge_gists.cache.found": "True if the tier had an entry, fresh or stale.",
  "edge_gists.upstream.calls": "Calls to GitHub that the request made before its response.",
  "edge_gists.budget.remaining": "Remaining hourly quota of the token used, as reported by GitHub.",
  "edge_gists.budget.limit": "Hourly quota of that token.",
} as const satisfies Record<string, string>;

export type AttributeName = keyof typeof attributeTable;

export interface SpanDefinition {
  kind: "server" | "client" | "internal";
  description: string;
  attributes: readonly AttributeName[];
}

/** Every span, by name: the server span first. */
export const spanTable = {
  "{http.request.method} {http.route}": {
    kind: "server",
    description:
      "A request, from its arrival to the response headers. Named after the method alone if no route matched, and `HTTP` for other methods. " +
      "Child of the caller's span if the request has a `traceparent`. Health checks and scrapes have no span.",
    attributes: [
      "http.request.method",
      "http.request.method_original",
      "http.route",
      "http.response.status_code",
      "url.scheme",
      "url.path",
      "server.address",
      "server.port",
      "user_agent.original",
      "error.type",
      "edge_gists.cache.handling",
      "edge_gists.cache.bridged",
      "edge_gists.upstream.calls",
    ],
  },
  "cache get": {
    kind: "internal",
    description: "A lookup in one tier.",
    attributes: ["edge_gists.cache.tier", "edge_gists.cache.found"],
  },
  "cache set": {
    kind: "internal",
    description: "A write to the shared tier, in the background of the response.",
    attributes: ["edge_gists.cache.tier"],
  },
  "cache wait": {
    kind: "internal",
    description: "A wait for another request's call to GitHub, linked to that request's span.",
    attributes: [],
  },
  "cache lease wait": {
    kind: "internal",
    description: "A wait for another process that is fetching the same resource.",
    attributes: [],
  },
  "cache turn": {
    kind: "internal",
    description:
      "Asking the object of a resource for the turn to fetch it, with the wait for another isolate that has it.",
    attributes: [],
  },
  GET: {
    kind: "client",
    description: "A call to GitHub with its retries and redirects. It carries the `traceparent` of this span.",
    attributes: [
      "http.request.method",
      "url.full",
      "server.address",
      "server.port",
      "http.response.status_code",
      "error.type",
      "edge_gists.budget.remaining",
      "edge_gists.budget.limit",
    ],
  },
} as const satisfies Record<string, SpanDefinition>;

/** The server span is named after method and route. */
type ServerSpanName = "{http.request.method} {http.route}";

export type ChildSpanName = Exclude<keyof typeof spanTable, ServerSpanName>;
