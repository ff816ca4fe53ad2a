/**
 * Every attribute of a span; types and docs/telemetry.md are made from it, and no bundle carries its words.
 * Names without the service's prefix are OpenTelemetry's stable ones.
 */
export const attributeTable = {
  "http.request.method": "The method; `_OTHER` where it is none of RFC 9110's or PATCH.",
  "http.request.method_original": "The method as sent, where it is `_OTHER`.",
  "http.response.status_code": "The status; on a call to GitHub absent where no answer came.",
  "http.route": "The route's template; absent where no route matched.",
  "url.scheme": "`http` or `https`, as the service sees it.",
  "url.path": "The path as sent. Its query is left out: it may hold anything.",
  "url.full": "What was asked of GitHub, built from validated values.",
  "server.address": "The host that was asked.",
  "server.port": "Its port.",
  "user_agent.original": "The client's User-Agent.",
  "error.type":
    "What failed: the status where it makes the span an error (5xx; to GitHub 4xx too), else a word from the closed set of failures.",
  "edge_gists.cache.handling": "What the cache did: the same word as in Cache-Status's table, metrics and logs.",
  "edge_gists.cache.bridged": "The failure that a stale answer stands in for.",
  "edge_gists.cache.tier": "`memory` or `shared`.",
  "edge_gists.cache.found": "Whether the tier had an entry, fresh or stale.",
  "edge_gists.upstream.calls": "Calls to GitHub that the request made itself before it was answered.",
  "edge_gists.budget.remaining": "What is left of the hourly quota of the token that was used, as GitHub told.",
  "edge_gists.budget.limit": "That quota.",
} as const satisfies Record<string, string>;

export type AttributeName = keyof typeof attributeTable;

export interface SpanDefinition {
  kind: "server" | "client" | "internal";
  description: string;
  attributes: readonly AttributeName[];
}

/** Every span, by name: a request's own first. */
export const spanTable = {
  "{http.request.method} {http.route}": {
    kind: "server",
    description:
      "A request, from its arrival to its answer's head; without a route the method alone, for other methods `HTTP`. " +
      "Child of the caller's span where it sent a `traceparent`. Health checks and scrapes have none.",
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
    description: "A look into one tier.",
    attributes: ["edge_gists.cache.tier", "edge_gists.cache.found"],
  },
  "cache set": {
    kind: "internal",
    description: "A write into the shared tier; it goes on behind the answer.",
    attributes: ["edge_gists.cache.tier"],
  },
  "cache wait": {
    kind: "internal",
    description: "Waiting for another request's call to GitHub; linked to that request's span.",
    attributes: [],
  },
  "cache lease wait": {
    kind: "internal",
    description: "Waiting for another process that asks GitHub for the same resource.",
    attributes: [],
  },
  GET: {
    kind: "client",
    description: "A call to GitHub, retries and redirects counted in; it carries this span's `traceparent`.",
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

/** A request's own span is named by its method and route. */
type ServerSpanName = "{http.request.method} {http.route}";

export type ChildSpanName = Exclude<keyof typeof spanTable, ServerSpanName>;
