import { EdgeError } from "../errors.ts";
import type { Fetch } from "../model.ts";

/**
 * A client span for each call to GitHub, with OpenTelemetry's stable HTTP attributes
 * (https://opentelemetry.io/docs/specs/semconv/http/http-spans/) and the quota that GitHub reported.
 */
export function traceCalls(next: Fetch, apiUrl: string): Fetch {
  const { hostname, port, protocol } = new URL(apiUrl);
  const server = { "server.address": hostname, "server.port": Number(port || (protocol === "https:" ? 443 : 80)) };

  return async function traced(ask) {
    if (!ask.trace?.sampled) return next(ask);
    const span = ask.trace.child("GET", {
      "http.request.method": "GET",
      "url.full": `${apiUrl}${ask.resource.path}`,
      ...server,
    });
    try {
      const answer = await next({ ...ask, trace: span });
      const status = answer.upstreamStatus;
      span.set({
        "http.response.status_code": status,
        "edge_gists.budget.remaining": answer.quota?.remaining,
        "edge_gists.budget.limit": answer.quota?.limit,
      });
      span.end(status !== undefined && status >= 400 ? String(status) : undefined);
      return answer;
    } catch (thrown) {
      const status = thrown instanceof EdgeError ? thrown.details.upstreamStatus : undefined;
      span.set({ "http.response.status_code": status });
      span.end(status === undefined ? (thrown instanceof EdgeError ? thrown.failure : "error") : String(status));
      throw thrown;
    }
  };
}
