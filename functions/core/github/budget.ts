import { EdgeError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { type Account, anonymous, countCall, idOf, quotaOf, tell, toAccounts, toToken, waitOf } from "./accounts.ts";
import { anonymousId, type Answer, type Ask, type Fetch, type Quota, type Resource } from "../model.ts";

/** What a secondary limit without `Retry-After` asks for, in seconds: at least a minute, then exponentially more. */
const secondaryWait = 60;
const maxSecondaryWait = 3600;

/** First and longest time for which a refused token is set aside, in milliseconds; each further refusal doubles it. */
const firstSetAside = 2000;
const longestSetAside = 600_000;

/** Most resources remembered for which one token was refused. */
const maxRefusedKeys = 100;

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

  /** The accounts that GitHub does not refuse; without any, calls go without a token. */
  function valid(): Account[] {
    const accepted = pool.filter(({ refusals }) => refusals === 0);
    return accepted.length > 0 ? accepted : [lastResort];
  }

  /** How long a refused account is set aside still, in milliseconds; while another call looks after it, a second. */
  function refusedFor({ probing, invalidUntil, pause, refusedKeys }: Account, { key }: Resource): number {
    // What was refused before may look only where no other resource came: it says little new of the token.
    return probing ? 1000 : invalidUntil + (refusedKeys.has(key) ? pause : 0) - now();
  }

  /**
   * Takes a call from the healthiest account: first one at which it is time to look again, then one whose validator
   * makes the call free, then the one with most left.
   */
  async function take(ask: Ask, tried: readonly Account[]): Promise<{ account: Account; isProbe: boolean }> {
    const ids = new Map(
      await Promise.all([...pool, lastResort].map(async (account) => [account, await idOf(account)] as const)),
    );
    // From here to the count nothing is awaited, or many calls would be chosen by the same figures.
    const aside = pool.filter((account) => account.refusals > 0 && !tried.includes(account));
    const accepted = valid().filter((account) => !tried.includes(account));
    const candidates = [...(accepted.length > 0 ? accepted : [lastResort]), ...aside].map((account) => {
      const revalidates = ask.etags?.[ids.get(account) ?? anonymousId] !== undefined;
      const keep = revalidates ? 0 : Math.ceil((account.told.limit * config.BUDGET_RESERVE_PERCENT) / 100);
      const wait = waitOf(account, keep, now());
      return {
        account,
        revalidates,
        wait: account.refusals > 0 ? Math.max(wait, refusedFor(account, ask.resource)) : wait,
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
      throw limited(soonest.wait, soonest.account.strikes > 0);
    }
    const isProbe = best.account.refusals > 0;
    best.account.probing ||= isProbe;
    count(best.account);
    return { account: best.account, isProbe };
  }

  function count(account: Account): void {
    countCall(account, now());
    account.inFlight += 1;
    changes += 1;
  }

  /** Takes note that GitHub refuses a token; of calls that are refused together the first counts. */
  function setAside(account: Account, { key }: Resource, status: number | undefined): void {
    if (account.refusals > 0 && account.invalidUntil > now()) return;
    // It was refused for this resource and taken for others since: that is the resource's fault.
    if (account.refusals === 0 && account.refusedKeys.has(key)) return;
    const [first] = account.refusedKeys.size >= maxRefusedKeys ? account.refusedKeys : [];
    if (first !== undefined) account.refusedKeys.delete(first);
    account.refusedKeys.add(key);
    const ms = Math.min(firstSetAside * 2 ** account.refusals, longestSetAside);
    account.refusals += 1;
    account.pause = ms;
    account.invalidUntil = now() + ms;
    log("error", "GitHub refuses a token: set aside", { token: account.index, seconds: ms / 1000, status });
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
    const told = Number.isNaN(answer.retryAfter) ? undefined : answer.retryAfter;
    const seconds = Math.max(told ?? untilReset ?? backoff(account.strikes), 1);
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

  /** Asks with an account; a first refusal is looked at twice, since GitHub refuses good tokens now and then. */
  async function askWith(next: Fetch, ask: Ask, account: Account): Promise<Answer> {
    const answer = await call(next, ask, account);
    if (!isRefused(answer) || account.secret === undefined || account.refusals > 0) return answer;
    count(account);
    return call(next, ask, account);
  }

  function layer(next: Fetch): Fetch {
    /** @param tried accounts that GitHub refused for this resource just now */
    return async function budgeted(ask, tried: readonly Account[] = []): Promise<Answer> {
      const { account, isProbe } = await take(ask, tried);
      const answer = await askWith(next, ask, account).finally(() => {
        if (isProbe) account.probing = false;
      });
      if (isRefused(answer)) {
        const { upstreamStatus } = answer;
        if (account.secret === undefined) {
          throw refused(upstreamStatus);
        }
        setAside(account, ask.resource, upstreamStatus);
        // Where nobody is left who may ask, it is still the refusal that the client is told.
        return budgeted(ask, [...tried, account]).catch((thrown: unknown) => {
          throw isRefusal(thrown) ? refused(upstreamStatus) : thrown;
        });
      }
      if (isLimit(answer)) {
        const limit = block(account, answer);
        // A primary limit is one token's alone; a secondary one may be the address's, and trying on risks a ban.
        if (answer.quota?.remaining !== 0) throw limit;
        return budgeted(ask, tried).catch((thrown: unknown) => {
          throw isRefusal(thrown) ? limit : thrown;
        });
      }
      account.refusals = 0;
      if (account.blockedUntil <= now()) account.strikes = 0;
      return answer;
    };
  }

  function view(): Quota {
    return sum(valid().map((account) => quotaOf(account, now())));
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

function refused(upstreamStatus: number | undefined): EdgeError {
  return new EdgeError("bad-gateway", "GitHub refuses the credentials of this service", {
    ...(upstreamStatus !== undefined && { upstreamStatus }),
  });
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

/** Primary and secondary limits may each be 403 or 429, the latter by the words of older servers too. */
function isLimit({ upstreamStatus, retryAfter, quota, entry }: Answer): boolean {
  if (upstreamStatus === 429) return true;
  if (upstreamStatus !== 403) return false;
  return retryAfter !== undefined || quota?.remaining === 0 || says(entry, /rate limit|abuse detection/i);
}

/**
 * True where GitHub refuses the token and not the resource: 401, or a 403 in words that it has for tokens of suspended
 * accounts, without permission, or barred by an organization (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api).
 */
function isRefused(answer: Answer): boolean {
  if (answer.upstreamStatus === 401) return true;
  return answer.upstreamStatus === 403 && !isLimit(answer) && says(answer.entry, aboutToken);
}

const aboutToken =
  /account (?:was|is) suspended|installation has been suspended|not accessible by (?:integration|personal access token)|IP allow list|SAML enforcement|forbids access via|login attempts exceeded/i;

function says({ body }: Answer["entry"], words: RegExp): boolean {
  return words.test(new TextDecoder().decode(body));
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
