import { EdgeError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { type Account, anonymous, countCall, idOf, quotaOf, tell, toAccounts, toToken, waitOf } from "./accounts.ts";
import { anonymousId, type Answer, type Ask, type Fetch, type Quota } from "./fetch.ts";

/** What a secondary limit without `Retry-After` asks for, in seconds: at least a minute, then exponentially more. */
const secondaryWait = 60;
const maxSecondaryWait = 3600;

/** How long a token that GitHub refused is set aside, in milliseconds. */
const setAside = 600_000;

export interface Budget {
  /** The layer. */
  layer: (next: Fetch) => Fetch;
  /** The quota over all tokens, now. */
  view: () => Quota;
  /** Grows whenever the view may have changed, but for time passing. */
  changes: () => number;
  /** Each account's quota by its index in the settings; -1 for none. */
  accounts: () => { index: number; quota: Quota; valid: boolean }[];
}

/**
 * Keeps account of GitHub's limits over a pool of tokens, and asks nothing while they forbid it.
 * The last part of each quota is for revalidation only: GitHub answers most of it with 304, which is free
 * with a token, while resources never seen before must not use up what keeps the known ones true.
 */
export function createBudget({ config, now, log }: Pick<Ports, "config" | "now" | "log">): Budget {
  const pool = toAccounts(config.GITHUB_TOKEN, now());
  const lastResort = anonymous(now());
  let changes = 0;

  /** The accounts that GitHub has not refused; without any, calls go without a token. */
  function usable(): Account[] {
    const valid = pool.filter((account) => account.invalidUntil <= now());
    return valid.length > 0 ? valid : [lastResort];
  }

  /**
   * Takes a call from the healthiest account: first one whose validator makes the call free, then the one with
   * most left.
   */
  async function take(ask: Ask): Promise<Account> {
    const ids = new Map(
      await Promise.all([...pool, lastResort].map(async (account) => [account, await idOf(account)] as const)),
    );
    // From here to the count nothing is awaited, or many calls would be chosen by the same figures.
    const candidates = usable().map((account) => {
      const revalidates = ask.etags?.[ids.get(account) ?? anonymousId] !== undefined;
      const keep = revalidates ? 0 : Math.ceil((account.told.limit * config.BUDGET_RESERVE_PERCENT) / 100);
      return { account, revalidates, wait: waitOf(account, keep, now()) };
    });
    const [best] = candidates
      .filter(({ wait }) => wait <= 0)
      .toSorted(
        (a, b) =>
          Number(b.revalidates) - Number(a.revalidates) ||
          quotaOf(b.account, now()).remaining - quotaOf(a.account, now()).remaining,
      );
    if (!best) {
      const soonest = candidates.toSorted((a, b) => a.wait - b.wait)[0]!;
      throw limited(soonest.wait, soonest.account.strikes > 0);
    }
    countCall(best.account, now());
    best.account.inFlight += 1;
    changes += 1;
    return best.account;
  }

  /**
   * Takes note of a limit. GitHub's order of waiting: `retry-after`; else until the reset where nothing is
   * left; else a minute and exponentially more.
   */
  function block(account: Account, answer: Answer): EdgeError {
    const isPrimary = answer.quota?.remaining === 0;
    const untilReset = isPrimary ? answer.quota!.reset - Math.floor(now() / 1000) : undefined;
    // Of calls that are limited together the first counts.
    if (account.blockedUntil <= now()) account.strikes = isPrimary ? 0 : account.strikes + 1;
    const seconds = Math.max(answer.retryAfter ?? untilReset ?? backoff(account.strikes), 1);
    account.blockedUntil = Math.max(account.blockedUntil, now() + seconds * 1000);
    log("warn", "rate limited by GitHub", { token: account.index, seconds, status: answer.upstreamStatus });
    return limited(seconds * 1000, !isPrimary, answer.upstreamStatus);
  }

  async function call(next: Fetch, ask: Ask, account: Account): Promise<Answer> {
    try {
      const token = await toToken(account);
      const answer = await next({ ...ask, ...(token && { token }) });
      // A 401 counts against the address, not against the token that was refused.
      if (answer.quota && answer.upstreamStatus !== 401) tell(account, answer.quota);
      return answer;
    } finally {
      account.inFlight -= 1;
      changes += 1;
    }
  }

  function layer(next: Fetch): Fetch {
    return async function budgeted(ask): Promise<Answer> {
      const account = await take(ask);
      const answer = await call(next, ask, account);
      if (answer.upstreamStatus === 401 && account !== lastResort && account.secret !== undefined) {
        account.invalidUntil = now() + setAside;
        changes += 1;
        log("error", "GitHub refuses a token: set aside", { token: account.index });
        return budgeted(ask);
      }
      if (answer.upstreamStatus === 401) {
        throw new EdgeError("bad-gateway", "GitHub refuses the credentials of this service", { upstreamStatus: 401 });
      }
      if (isLimit(answer)) {
        const limit = block(account, answer);
        // A primary limit is one token's alone; a secondary one may be the address's, and trying on risks a ban.
        if (answer.quota?.remaining !== 0) throw limit;
        return budgeted(ask).catch((thrown: unknown) => {
          throw isRefusal(thrown) ? limit : thrown;
        });
      }
      if (account.blockedUntil <= now()) account.strikes = 0;
      return answer;
    };
  }

  function view(): Quota {
    return sum(usable().map((account) => quotaOf(account, now())));
  }

  return {
    layer,
    view,
    changes: () => changes,
    accounts: () =>
      pool.map((account) => ({
        index: account.index,
        quota: quotaOf(account, now()),
        valid: account.invalidUntil <= now(),
      })),
  };
}

/** True for a limit that was known beforehand, so that GitHub was not asked. */
function isRefusal(thrown: unknown): boolean {
  return (
    thrown instanceof EdgeError && thrown.failure === "rate-limited" && thrown.details.upstreamStatus === undefined
  );
}

function backoff(strikes: number): number {
  return Math.min(secondaryWait * 2 ** Math.max(strikes - 1, 0), maxSecondaryWait);
}

/** Primary and secondary limits may each be 403 or 429; any other 403 says something of the resource. */
function isLimit({ upstreamStatus, retryAfter, quota, entry }: Answer): boolean {
  if (upstreamStatus === 429) return true;
  if (upstreamStatus !== 403) return false;
  return retryAfter !== undefined || quota?.remaining === 0 || /rate limit/i.test(new TextDecoder().decode(entry.body));
}

/** The words by which GitHub's clients tell a primary from a secondary limit. */
function limited(waitMs: number, isSecondary: boolean, upstreamStatus?: number): EdgeError {
  const message = isSecondary
    ? "This service has exceeded a secondary rate limit of GitHub. Please wait before you try again."
    : "API rate limit exceeded for this service's budget at GitHub.";
  return new EdgeError("rate-limited", message, {
    retryAfter: Math.max(Math.ceil(waitMs / 1000), 1),
    ...(upstreamStatus !== undefined && { upstreamStatus }),
  });
}

function sum(quotas: Quota[]): Quota {
  return quotas.reduce((a, b) => ({
    limit: a.limit + b.limit,
    remaining: a.remaining + b.remaining,
    used: a.used + b.used,
    reset: Math.min(a.reset, b.reset),
  }));
}
