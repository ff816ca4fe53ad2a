import { toConfig } from "../../functions/core/config/config.ts";
import { createBudget } from "../../functions/core/github/budget.ts";
import { createCredentials, type Credentials } from "../../functions/core/github/credentials.ts";
import { createFleet } from "../../functions/core/github/fleet.ts";
import type { SharedLimits } from "../../functions/core/github/shared-limits.ts";
import { createMetrics } from "../../functions/core/telemetry/metrics.ts";
import type { Answer, Ask, Quota } from "../../functions/core/model.ts";
import { createClock, createNext, settle, toAnswer, toAsk } from "./layers.ts";
import { start } from "./ports.ts";

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** Seconds of the beginning of all tests since the Unix epoch. */
export const startSeconds = start / 1000;

/** A quota as GitHub tells it, an hour long unless told. */
export function toQuota(remaining: number, limit = 5000, reset = startSeconds + 3600): Quota {
  return { limit, remaining, used: limit - remaining, reset };
}

export const words = (text: string) => new TextEncoder().encode(JSON.stringify({ message: text }));

/** What several budgets have in common: their clock, and the limits that they share. */
export interface Common {
  clock?: ReturnType<typeof createClock>;
  limits?: SharedLimits;
  /** Instead of those of the tokens. */
  credentials?: Credentials;
}

/** A budget over calls whose responses the test sets. @param env additional settings */
export async function createAccounting(
  tokens: string,
  env: Record<string, string> = {},
  { clock = createClock(), limits, ...given }: Common = {},
) {
  const next = createNext();
  const metrics = createMetrics({ version: "1.2.3", commit: "0123456789abcdef" });
  const log: { level: string; message: string; fields: object | undefined }[] = [];
  const config = toConfig({ GITHUB_TOKEN: tokens, BUDGET_RESERVE_PERCENT: "0", ...env });
  // Digests come from another thread, once for each token: afterwards nothing waits for anything outside.
  const { credentials = createCredentials(config.GITHUB_TOKEN) } = given;
  await Promise.all(credentials.list().map(({ id }) => id()));
  const ports = {
    config,
    credentials,
    now: clock.now,
    log: (level: string, message: string, fields?: object) => void log.push({ level, message, fields }),
  };
  const fleet =
    limits && createFleet({ ...ports, limits, metrics, sleep, random: () => 0.5, waitUntil: () => undefined });
  const budget = createBudget({ ...ports, ...(fleet && { fleet }) });
  const fetch = budget.layer(next.fetch);

  /** Sends a request, to which GitHub responds like this; the budget's result. */
  async function ask(answer: Parameters<typeof toAnswer>[1] = {}, what: Ask = toAsk()): Promise<Answer> {
    const { length } = next.calls;
    const work = fetch(what);
    work.catch(() => undefined);
    await settle();
    next.calls[length]?.answer(toAnswer(clock.now(), answer));
    return work;
  }
  /** The secrets of the calls so far; "none" for calls without. */
  const secrets = () => next.calls.map((call) => call.ask.token?.secret ?? "none");
  return { budget, clock, fetch, next, log, ask, secrets, metrics };
}

/** The fields of a response with this status that GitHub limits. */
export function limitAnswer(status: 403 | 429, more: { retryAfter?: number; quota?: Quota; message?: string } = {}) {
  const { message = "You have exceeded a secondary rate limit.", ...fields } = more;
  return { entry: { status, body: words(message) }, upstreamStatus: status, ...fields };
}
