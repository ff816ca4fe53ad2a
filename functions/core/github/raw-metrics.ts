import { EdgeError } from "../errors.ts";
import type { Fetch } from "../model.ts";
import type { Ports } from "../ports.ts";

/** Counts calls to GitHub's raw host by the status of the response, and times them up to the last byte. */
export function countRawCalls(next: Fetch, { metrics, elapsed }: Pick<Ports, "metrics" | "elapsed">): Fetch {
  return async function metered(ask) {
    const since = elapsed();
    let status: number | undefined;
    ask.onCall?.();
    try {
      const answer = await next(ask);
      status = answer.upstreamStatus;
      return answer;
    } catch (thrown) {
      // A file that breaks off is an error, whatever the status was.
      if (thrown instanceof EdgeError && thrown.details.upstreamStatus !== 200) status = thrown.details.upstreamStatus;
      throw thrown;
    } finally {
      metrics.add("github_raw_requests_total", { status: status ?? "error" });
      metrics.observe("github_raw_request_duration_seconds", {}, (elapsed() - since) / 1000, ask.trace);
    }
  };
}
