import { EdgeError, toSecondaryLimit } from "../errors.ts";
import type { Fetch } from "../model.ts";
import type { Ports } from "../ports.ts";

/** Wait after a limit without a plausible `Retry-After`, in seconds; each further limit in a row doubles it. */
const firstWait = 60;
const longestWait = 3600;

/** Makes no call while the raw host limits this service. Its limits have nothing to do with those of the API. */
export function keepRawLimit(next: Fetch, { now, log }: Pick<Ports, "now" | "log">): Fetch {
  let blockedUntil = 0;
  let limits = 0;

  function toError(status?: number): EdgeError {
    return toSecondaryLimit("GitHub's raw host limits this service", {
      retryAfter: Math.max(Math.ceil((blockedUntil - now()) / 1000), 1),
      ...(status !== undefined && { upstreamStatus: status }),
    });
  }

  return async function limited(ask) {
    // A clock was set back where more is left than any wait.
    if (blockedUntil > now() && blockedUntil <= now() + longestWait * 1000) throw toError();
    const answer = await next(ask);
    if (answer.upstreamStatus === 200) {
      limits = 0;
      return answer;
    }
    // Of calls that are limited together the first counts.
    if (blockedUntil <= now()) limits += 1;
    const { retryAfter = Number.NaN, upstreamStatus } = answer;
    const seconds = Number.isNaN(retryAfter) ? Math.min(firstWait * 2 ** (limits - 1), longestWait) : retryAfter;
    blockedUntil = Math.max(blockedUntil, now() + Math.max(seconds, 1) * 1000);
    log("warn", "rate limited by GitHub's raw host", { seconds, status: upstreamStatus });
    throw toError(upstreamStatus);
  };
}
