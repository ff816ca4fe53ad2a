import type { Config } from "../config.ts";
import { EdgeError } from "../errors.ts";
import { sha256 } from "../http/digest.ts";
import type { Ports } from "../ports.ts";
import type { Answer, Fetch, Quota, Token } from "./fetch.ts";

/** Hourly quotas until GitHub has told its own (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
const anonymousQuota = 60;
const tokenQuota = 5000;
const hour = 3600;

/** What a secondary limit without `Retry-After` asks for: at least a minute, then exponentially more. */
const secondaryWait = 60;
const maxSecondaryWait = 3600;

/** One token (or none), with what is known of its quota. */
interface Account {
  secret: string | undefined;
  quota: Quota;
  /** No call before this: ms since the Unix epoch. */
  blockedUntil: number;
  /** Secondary limits in a row. */
  strikes: number;
  /** Set once GitHub refused the token. */
  invalid: boolean;
}

export interface Budget {
  /** The layer. */
  layer: (next: Fetch) => Fetch;
  /** The quota over all tokens, now. */
  view: () => Quota;
}

/** Keeps account of GitHub's limits, and asks nothing while they forbid it. */
export function createBudget({ config, now, log }: Pick<Ports, "now" | "log"> & { config: Config }): Budget {
  const accounts: Account[] = (config.GITHUB_TOKEN.length > 0 ? config.GITHUB_TOKEN : [undefined]).map((secret) => ({
    secret,
    quota: untouched(secret === undefined ? anonymousQuota : tokenQuota, now()),
    blockedUntil: 0,
    strikes: 0,
    invalid: false,
  }));
  const tokens = new Map<Account, Promise<Token>>();

  function tokenOf(account: Account): Promise<Token | undefined> {
    if (account.secret === undefined) return Promise.resolve(undefined);
    const known = tokens.get(account) ?? toToken(account.secret);
    tokens.set(account, known);
    return known;
  }

  /** The account's quota, renewed once its hour is over. */
  function current(account: Account): Quota {
    if (now() / 1000 >= account.quota.reset) account.quota = untouched(account.quota.limit, now());
    return account.quota;
  }

  function waitOf(account: Account): number {
    const exhausted = current(account).remaining <= 0 ? account.quota.reset * 1000 : 0;
    return Math.max(account.blockedUntil, exhausted) - now();
  }

  function pick(): Account {
    const valid = accounts.filter((account) => !account.invalid);
    if (valid.length === 0) throw new EdgeError("bad-gateway", "GitHub refuses the credentials of this service");
    const open = valid.filter((account) => waitOf(account) <= 0);
    const best = open.toSorted((a, b) => b.quota.remaining - a.quota.remaining)[0];
    if (best) return best;
    throw limited(Math.min(...valid.map(waitOf)));
  }

  function learn(account: Account, answer: Answer): void {
    if (answer.quota) account.quota = answer.quota;
    if (answer.upstreamStatus === 401) {
      account.invalid = true;
      log("error", "token refused", { token: accounts.indexOf(account) });
      throw new EdgeError("bad-gateway", "GitHub refuses the credentials of this service", { upstreamStatus: 401 });
    }
    if (!isLimit(answer)) {
      account.strikes = 0;
      return;
    }
    const seconds =
      answer.retryAfter ?? (answer.quota?.remaining === 0 ? untilReset(answer.quota, now()) : backoff(account));
    account.blockedUntil = now() + seconds * 1000;
    log("warn", "rate limited by GitHub", { token: accounts.indexOf(account), seconds });
    throw limited(seconds * 1000, answer.upstreamStatus);
  }

  return {
    layer: (next) =>
      async function budgeted(ask) {
        const account = pick();
        const token = await tokenOf(account);
        account.quota = { ...account.quota, remaining: account.quota.remaining - 1, used: account.quota.used + 1 };
        const answer = await next({ ...ask, ...(token && { token }) });
        learn(account, answer);
        return answer;
      },
    view: () => sum(accounts.map((account) => ({ ...current(account), ...(waitOf(account) > 0 && { remaining: 0 }) }))),
  };
}

async function toToken(secret: string): Promise<Token> {
  return { id: (await sha256(new TextEncoder().encode(secret))).slice(0, 12), secret };
}

function untouched(limit: number, now: number): Quota {
  return { limit, remaining: limit, used: 0, reset: Math.floor(now / 1000) + hour };
}

function untilReset(quota: Quota, now: number): number {
  return Math.max(quota.reset - Math.floor(now / 1000), 1);
}

function backoff(account: Account): number {
  account.strikes += 1;
  return Math.min(secondaryWait * 2 ** (account.strikes - 1), maxSecondaryWait);
}

/** Primary and secondary limits may each be 403 or 429; any other 403 says something of the resource. */
function isLimit({ upstreamStatus, retryAfter, quota, entry }: Answer): boolean {
  if (upstreamStatus === 429) return true;
  if (upstreamStatus !== 403) return false;
  return retryAfter !== undefined || quota?.remaining === 0 || /rate limit/i.test(new TextDecoder().decode(entry.body));
}

function limited(waitMs: number, upstreamStatus?: number): EdgeError {
  return new EdgeError("rate-limited", "API rate limit exceeded: GitHub limits this service for now", {
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
