import type { EdgeError } from "../errors.ts";
import { anonymousId, type Answer, type Ask, type Fetch, type Quota } from "../model.ts";
import type { Ports } from "../ports.ts";
import { type Account, anonymous, countCall, idOf, quotaOf, report, toAccounts, toToken, waitOf } from "./accounts.ts";
import { isKnownLimit, isLimit, isRefused, toLimitError, toRefusalError } from "./refusals.ts";
import { suspend, suspendedFor } from "./suspension.ts";

/** Wait after a secondary limit without `Retry-After`, in seconds: at least a minute, then exponentially more. */
const secondaryWait = 60;
const maxSecondaryWait = 3600;

export interface Budget {
  /** The layer. */
  layer: (next: Fetch) => Fetch;
  /** What clients are shown: the quota over all tokens, now, without the part for revalidation. */
  view: () => Quota;
  /** Grows whenever the view may have changed for another reason than time. */
  changes: () => number;
  /** Each account's quota by its index in the settings; -1 for none. */
  accounts: () => { index: number; quota: Quota; valid: boolean }[];
}

/**
 * Tracks GitHub's limits over a pool of tokens, and makes no call that they forbid. The last part of each quota is for
 * revalidation only: most revalidations get a 304, which is free with a token, and new resources must not use up the
 * quota that keeps stored ones current.
 */
export function createBudget({ config, now, log }: Pick<Ports, "config" | "now" | "log">): Budget {
  const pool = toAccounts(config.GITHUB_TOKEN, now());
  const lastResort = anonymous(now());
  let changes = 0;

  /** The accounts that GitHub does not refuse; without any, calls go without a token. */
  function valid(): Account[] {
    const accepted = pool.filter(({ refusals }) => refusals === 0);
    return accepted.length > 0 ? accepted : [lastResort];
  }

  /**
   * Takes a call from the best account: first a suspended one that is due for a probe, then one whose validator makes the
   * call free, then the one with the largest remaining quota.
   */
  async function take(ask: Ask, tried: readonly Account[]): Promise<{ account: Account; isProbe: boolean }> {
    const ids = new Map(
      await Promise.all([...pool, lastResort].map(async (account) => [account, await idOf(account)] as const)),
    );
    // No await from here to the count, or many calls would be chosen by the same figures.
    const suspended = pool.filter((account) => account.refusals > 0 && !tried.includes(account));
    const accepted = valid().filter((account) => !tried.includes(account));
    const candidates = [...(accepted.length > 0 ? accepted : [lastResort]), ...suspended].map((account) => {
      const revalidates = ask.etags?.[ids.get(account) ?? anonymousId] !== undefined;
      const keep = revalidates ? 0 : reserveOf(account);
      const wait = waitOf(account, keep, now());
      return {
        account,
        revalidates,
        wait: account.refusals > 0 ? Math.max(wait, suspendedFor(account, ask.resource, now())) : wait,
      };
    });
    const [best] = candidates
      .filter(({ wait }) => wait <= 0)
      .toSorted(
        (a, b) =>
          Number(b.account.refusals > 0) - Number(a.account.refusals > 0) ||
          Number(b.revalidates) - Number(a.revalidates) ||
          quotaOf(b.account, now()).remaining - quotaOf(a.account, now()).remaining,
      );
    if (!best) {
      const soonest = candidates.toSorted((a, b) => a.wait - b.wait)[0]!;
      throw toLimit(soonest.wait);
    }
    const isProbe = best.account.refusals > 0;
    best.account.probing ||= isProbe;
    count(best.account);
    return { account: best.account, isProbe };
  }

  /** The error agrees with the quota that clients are shown beside it. */
  function toLimit(waitMs: number, upstreamStatus?: number): EdgeError {
    return toLimitError(waitMs, view().remaining === 0, upstreamStatus);
  }

  function count(account: Account): void {
    countCall(account, now());
    account.inFlight += 1;
    changes += 1;
  }

  /**
   * Blocks an account after a limit, for as long as GitHub documents: `retry-after`; else until the reset where nothing
   * remains; else a minute and exponentially more.
   */
  function block(account: Account, answer: Answer): EdgeError {
    const isPrimary = answer.quota?.remaining === 0;
    const untilReset = isPrimary ? answer.quota!.reset - Math.floor(now() / 1000) : undefined;
    // Of calls that are limited together the first counts.
    if (account.blockedUntil <= now()) account.secondaryLimits = isPrimary ? 0 : account.secondaryLimits + 1;
    const retryAfter = Number.isNaN(answer.retryAfter) ? undefined : answer.retryAfter;
    const seconds = Math.max(retryAfter ?? untilReset ?? backoff(account.secondaryLimits), 1);
    account.blockedUntil = Math.max(account.blockedUntil, now() + seconds * 1000);
    // It is the latest, whatever was reported before.
    if (isPrimary) account.reported = answer.quota!;
    changes += 1;
    log("warn", "rate limited by GitHub", { token: account.index, seconds, status: answer.upstreamStatus });
    return toLimit(seconds * 1000, answer.upstreamStatus);
  }

  async function call(next: Fetch, ask: Ask, account: Account): Promise<Answer> {
    try {
      const token = await toToken(account);
      const answer = await next({ ...ask, ...(token && { token }) });
      // The quota of a 401 is that of the address, not of the token that was refused.
      if (answer.quota && answer.upstreamStatus !== 401) report(account, answer.quota);
      return answer;
    } finally {
      account.inFlight -= 1;
      changes += 1;
    }
  }

  /** Calls with an account, a second time after a first refusal: GitHub refuses valid tokens now and then. */
  async function askWith(next: Fetch, ask: Ask, account: Account): Promise<Answer> {
    const answer = await call(next, ask, account);
    if (!isRefused(answer) || account.secret === undefined || account.refusals > 0) return answer;
    count(account);
    return call(next, ask, account);
  }

  function layer(next: Fetch): Fetch {
    /** @param tried accounts that GitHub refused for this resource during this request */
    return async function budgeted(ask, tried: readonly Account[] = []): Promise<Answer> {
      const { account, isProbe } = await take(ask, tried);
      const answer = await askWith(next, ask, account).finally(() => {
        if (isProbe) account.probing = false;
      });
      if (isRefused(answer)) {
        const { upstreamStatus } = answer;
        if (account.secret === undefined) {
          throw toRefusalError(upstreamStatus);
        }
        const seconds = suspend(account, ask.resource, now());
        if (seconds > 0) {
          const { index: token } = account;
          log("error", "GitHub refuses a token: set aside", { token, seconds, status: upstreamStatus });
        }
        // Where no account is left, the client gets the refusal and not the limit.
        return budgeted(ask, [...tried, account]).catch((thrown: unknown) => {
          throw isKnownLimit(thrown) ? toRefusalError(upstreamStatus) : thrown;
        });
      }
      if (isLimit(answer)) {
        const limit = block(account, answer);
        // A primary limit is for one token; a secondary one may be for the address, and more calls risk a ban.
        if (answer.quota?.remaining !== 0) throw limit;
        return budgeted(ask, tried).catch((thrown: unknown) => {
          throw isKnownLimit(thrown) ? toLimit(thrown.details.retryAfter! * 1000, answer.upstreamStatus) : thrown;
        });
      }
      account.refusals = 0;
      if (account.blockedUntil <= now()) account.secondaryLimits = 0;
      return answer;
    };
  }

  /** Calls of each hour that are for revalidation only. */
  function reserveOf({ reported }: Account): number {
    return Math.ceil((reported.limit * config.BUDGET_RESERVE_PERCENT) / 100);
  }

  function view(): Quota {
    return sum(
      valid().map((account) => {
        const quota = quotaOf(account, now());
        const reserve = reserveOf(account);
        const limit = quota.limit - reserve;
        const remaining = Math.max(quota.remaining - reserve, 0);
        return { limit, remaining, used: limit - remaining, reset: quota.reset };
      }),
    );
  }

  return {
    layer,
    view,
    changes: () => changes,
    accounts: () =>
      pool.map((account) => ({
        index: account.index,
        quota: quotaOf(account, now()),
        valid: account.refusals === 0,
      })),
  };
}

function backoff(strikes: number): number {
  return Math.min(secondaryWait * 2 ** Math.max(strikes - 1, 0), maxSecondaryWait);
}

function sum(quotas: Quota[]): Quota {
  return quotas.reduce((a, b) => ({
    limit: a.limit + b.limit,
    remaining: a.remaining + b.remaining,
    used: a.used + b.used,
    reset: Math.min(a.reset, b.reset),
  }));
}
