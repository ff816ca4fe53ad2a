import { EdgeError } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import type { Fetch } from "./fetch.ts";

/** Counts calls to GitHub by the status that came back. */
export function meter(next: Fetch, metrics: Metrics): Fetch {
  return async function metered(ask) {
    let status: number | undefined;
    try {
      const answer = await next(ask);
      status = answer.upstreamStatus;
      return answer;
    } catch (thrown) {
      if (thrown instanceof EdgeError) status = thrown.details.upstreamStatus;
      throw thrown;
    } finally {
      metrics.add("github_api_requests_total", { status: status ?? "error" });
    }
  };
}
