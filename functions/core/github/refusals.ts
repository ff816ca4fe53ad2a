import { EdgeError, toSecondaryLimit } from "../errors.ts";
import type { Answer, AnswerHead } from "../model.ts";
import type { Outcome } from "./account-state.ts";

/** The error if GitHub refuses every token. */
export function toRefusalError(upstreamStatus: number | undefined): EdgeError {
  return new EdgeError("bad-gateway", "GitHub refuses the credentials of this service", {
    ...(upstreamStatus !== undefined && { upstreamStatus }),
  });
}

/** True for a limit that was known before, so that GitHub was not asked. */
export function isKnownLimit(thrown: unknown): thrown is EdgeError {
  return (
    thrown instanceof EdgeError && thrown.failure === "rate-limited" && thrown.details.upstreamStatus === undefined
  );
}

/** True if the head of a response tells a limit: primary and secondary ones may each be 403 or 429. */
export function isLimitHead({ upstreamStatus, retryAfter, quota }: AnswerHead): boolean {
  return upstreamStatus === 429 || (upstreamStatus === 403 && (retryAfter !== undefined || quota?.remaining === 0));
}

/** True for a limit; older servers name a secondary one in the message only. */
export function isLimit(answer: Answer): boolean {
  return isLimitHead(answer) || (answer.upstreamStatus === 403 && matches(answer.entry, /rate limit|abuse detection/i));
}

/**
 * What a limit means for the account: a wait as long as GitHub documents, by `retry-after`, else until the reset where
 * nothing remains.
 * @param now ms since the Unix epoch
 */
export function toLimited({ quota, retryAfter }: AnswerHead, now: number): Outcome {
  const isPrimary = quota?.remaining === 0;
  const untilReset = isPrimary ? quota!.reset - Math.floor(now / 1000) : undefined;
  const seconds = Number.isNaN(retryAfter) ? untilReset : (retryAfter ?? untilReset);
  return { kind: "limited", isPrimary, ...(quota && { quota }), ...(seconds !== undefined && { seconds }) };
}

/**
 * True if GitHub refuses the token and not the resource: a 401, or a 403 whose message is about a token of a suspended
 * account, without permission, or blocked by an organization (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api).
 */
export function isRefused(answer: Answer): boolean {
  if (answer.upstreamStatus === 401) return true;
  return answer.upstreamStatus === 403 && !isLimit(answer) && matches(answer.entry, aboutToken);
}

const aboutToken =
  /account (?:was|is) suspended|installation has been suspended|not accessible by (?:integration|personal access token)|IP allow list|SAML enforcement|forbids access via|login attempts exceeded/i;

function matches({ body }: Answer["entry"], words: RegExp): boolean {
  return words.test(new TextDecoder().decode(body));
}

/**
 * A limit of GitHub's, with the words by which clients tell a primary from a secondary one.
 * @param isPrimary true if nothing remains of the quota that clients are shown
 */
export function toLimitError(waitMs: number, isPrimary: boolean, upstreamStatus?: number): EdgeError {
  const details = {
    retryAfter: Math.max(Math.ceil(waitMs / 1000), 1),
    ...(upstreamStatus !== undefined && { upstreamStatus }),
  };
  if (!isPrimary) return toSecondaryLimit("GitHub limits this service", details);
  const message = "API rate limit exceeded for this service at GitHub. Cached resources are still available.";
  return new EdgeError("rate-limited", message, { ...details, limit: "primary" });
}
