import { EdgeError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { Fetch } from "../model.ts";

/** Counts calls to GitHub by the status of the response, and times them. */
export function countCalls(next: Fetch, { metrics, elapsed }: Pick<Ports, "metrics" | "elapsed">): Fetch {
  return async function metered(ask) {
    const since = elapsed();
    let status: number | undefined;
    ask.onCall?.();
    try {
      const answer = await next(ask);
      status = answer.upstreamStatus;
      return answer;
    } catch (thrown) {
      if (thrown instanceof EdgeError) status = thrown.details.upstreamStatus;
      throw thrown;
    } finally {
      metrics.add("github_api_requests_total", { status: status ?? "error" });
      metrics.observe("github_api_request_duration_seconds", {}, (elapsed() - since) / 1000, ask.trace);
    }
  };
}
