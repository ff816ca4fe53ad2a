import type { EdgeError } from "../errors.ts";
import { anonymousId, type Answer, type AnswerHead, type Ask, type Fetch, type Place, type Quota } from "../model.ts";
import type { Ports } from "../ports.ts";
import { type Claim, type Outcome, quotaOf, reserveOf, settleCall, takeCall, waitOf } from "./account-state.ts";
import { type Account, anonymous, hasToken, idOf, isAccepted, toAccount, toToken } from "./accounts.ts";
import { busy } from "./concurrency.ts";
import { createCredentials, type Credential, prepare } from "./credentials.ts";
import type { FleetStatus } from "./shared-limits.ts";
import { isKnownLimit, isLimit, isLimitHead, isRefused, toLimited, toLimitError, toRefusalError } from "./refusals.ts";
import { isDerivable } from "./revalidation.ts";

export interface Budget {
  /** The layer. */
  layer: (next: Fetch) => Fetch;
  /** What clients are shown: the quota over all tokens, now, without the part for revalidation. */
  view: () => Quota;
  /** Grows whenever the view may have changed for another reason than time. */
  changes: () => number;
  /** Each account's quota by its index in the settings; -1 for none. */
  accounts: () => { index: number; quota: Quota; valid: boolean }[];
  /** Brings the view up to date with the fleet, and says how it does; undefined if this process counts alone by its settings. */
  refresh: () => Promise<FleetStatus | undefined>;
}

/** A call that the limits allow, reserved. */
interface Taken {
  account: Account;
  call: string;
}

/**
 * Tracks GitHub's limits over a pool of tokens, and makes no call that they forbid. The last part of each quota is for
 * revalidation only: most revalidations get a 304, which is free with a token, and new resources must not use up the
 * quota that keeps stored ones current. Where a fleet shares the limits, a call needs its consent too.
 */
export function createBudget({
  config,
  now,
  log,
  fleet,
  credentials = createCredentials(config.GITHUB_TOKEN),
}: Pick<Ports, "config" | "now" | "log" | "fleet" | "credentials">): Budget {
  let listed: readonly Credential[] = [];
  let pool = [anonymous(now())];
  const lastResort = anonymous(now());
  /** Longer than any call and any wait for its turn. */
  const lifetime = 2 * (config.UPSTREAM_QUEUE_TIMEOUT_MS + config.UPSTREAM_TIMEOUT_MS);
  let changes = 0;
  let calls = 0;
  fleet?.watch(() => (changes += 1));
  /** True while GitHub's ETags are as derived: a 304 is then free with any token. */
  let derivesEtags = false;

  /** The accounts of the credentials of now: those that stay keep what is known of them. */
  function accounts(): Account[] {
    const list = credentials.list();
    if (list === listed) return pool;
    const known = new Map(pool.map((account) => [account.credential, account]));
    pool = list.map((credential) => known.get(credential) ?? toAccount(credential, now()));
    if (pool.length === 0) pool = [anonymous(now())];
    listed = list;
    changes += 1;
    return pool;
  }

  /** The accounts that GitHub does not refuse; without any, calls go without a token. */
  function valid(): Account[] {
    const accepted = accounts().filter(isAccepted);
    return accepted.length > 0 ? accepted : [lastResort];
  }

  /**
   * Takes a call from the best account: first a suspended one that is due for a probe, then one whose validator makes the
   * call free, then the one with the largest remaining quota.
   */
  async function take(ask: Ask, tried: readonly Account[]): Promise<Taken> {
    await prepare(credentials.list());
    const ids = new Map(
      await Promise.all([...accounts(), lastResort].map(async (account) => [account, await idOf(account)] as const)),
    );
    /** Waits in milliseconds that only the fleet knew of. */
    const denied = new Map<Account, number>();
    for (;;) {
      // No await from here to the reservation, or many calls would be chosen by the same figures.
      const isUsable = (account: Account) => hasToken(account) && !tried.includes(account);
      const suspended = accounts().filter((account) => account.refusals > 0 && isUsable(account));
      const accepted = valid().filter(isUsable);
      const candidates = [...(accepted.length > 0 ? accepted : [lastResort]), ...suspended].map((account) => {
        const isKnown = ask.etags?.[ids.get(account) ?? anonymousId] !== undefined;
        const revalidates = isKnown || (derivesEtags && isDerivable(ask));
        const claim = toClaim(ask, revalidates);
        return { account, revalidates, claim, wait: denied.get(account) ?? waitOf(account, claim, now()) };
      });
      const [best] = candidates
        .filter(({ wait }) => wait <= 0)
        .toSorted(
          (a, b) =>
            Number(b.account.refusals > 0) - Number(a.account.refusals > 0) ||
            Number(b.revalidates) - Number(a.revalidates) ||
            remainingOf(b.account) - remainingOf(a.account),
        );
      if (!best) {
        const soonest = candidates.toSorted((a, b) => a.wait - b.wait)[0]!;
        throw toLimit(soonest.wait);
      }
      const { account, claim } = best;
      const wait = await reserve(account, claim, ask.place);
      if (wait <= 0) return { account, call: claim.call };
      denied.set(account, wait);
    }
  }

  function toClaim({ resource }: Ask, revalidates: boolean): Claim {
    const reserve = revalidates ? 0 : config.BUDGET_RESERVE_PERCENT;
    // No random name: the first ones would be part of the startup snapshot, and the same in every process.
    return { call: String((calls += 1)), lifetime, resource: resource.key, reserve };
  }

  /** Reserves a call that the process's own account allows. @returns the wait that the fleet demands, in milliseconds */
  async function reserve(account: Account, claim: Claim, place = noPlace): Promise<number> {
    takeCall(account, claim, now());
    changes += 1;
    if (!fleet) return 0;
    const wait = await fleet.take(account, claim, place);
    if (wait === 0) return 0;
    account.calls.delete(claim.call);
    changes += 1;
    if (wait === undefined) throw busy();
    return wait;
  }

  /** The error agrees with the quota that clients are shown beside it. */
  function toLimit(waitMs: number, upstreamStatus?: number): EdgeError {
    return toLimitError(waitMs, view().remaining === 0, upstreamStatus);
  }

  /** Resolves once the fleet knows: no client may see a limit or a refusal earlier. */
  async function settle({ account, call }: Taken, outcome: Outcome): Promise<void> {
    settleCall(account, call, outcome, now());
    changes += 1;
    await fleet?.settle(account, call, outcome);
  }

  /** One call to GitHub. The fleet knows of a limit before the body is read, and before a client does. */
  async function call(next: Fetch, ask: Ask, taken: Taken): Promise<Answer> {
    const limits: Promise<void>[] = [];
    function onLimit(head: AnswerHead): void {
      if (limits.length === 0) limits.push(settle(taken, toLimited(head, now())));
    }
    try {
      const { credential } = taken.account;
      const token = await toToken(taken.account);
      // It was refused since it was chosen.
      if (credential && !token) throw toRefusalError(undefined);
      const onHead = (head: AnswerHead): void => (isLimitHead(head) ? onLimit(head) : undefined);
      const answer = await next({ ...ask, ...(token && { token }), onHead });
      if (token && answer.upstreamStatus === 401) credential?.refuse(token.secret);
      derivesEtags = answer.derivesEtags ?? derivesEtags;
      if (isLimit(answer)) onLimit(answer);
      return answer;
    } catch (thrown) {
      if (limits.length === 0) void settle(taken, { kind: "none" });
      throw thrown;
    } finally {
      await Promise.all(limits);
    }
  }

  /** Calls a second time after a first refusal: GitHub refuses valid tokens now and then. */
  async function repeat(
    next: Fetch,
    ask: Ask,
    taken: Taken,
    refusal: Answer,
  ): Promise<{ answer: Answer; taken?: Taken }> {
    const { account } = taken;
    void settle(taken, { kind: "none", ...toQuotaPart(refusal) });
    // A token that can be renewed is another one now.
    if (!(await toToken(account))) return { answer: refusal };
    const claim = toClaim(ask, false);
    // Another call may have met a limit or a refusal meanwhile.
    if (waitOf(account, claim, now()) > 0 || (await reserve(account, claim, ask.place)) > 0) return { answer: refusal };
    const again = { account, call: claim.call };
    return { answer: await call(next, ask, again), taken: again };
  }

  /** A refused token's turn is over: the next account is asked. */
  async function onRefusal(answer: Answer, ask: Ask, taken: Taken | undefined): Promise<void> {
    if (!taken) return;
    const { account } = taken;
    const before = account.refusals;
    const resource = ask.resource.key;
    const isToken = account.credential !== undefined;
    await settle(taken, { ...(isToken ? { kind: "refused", resource } : { kind: "none" }), ...toQuotaPart(answer) });
    if (account.refusals <= before) return;
    const { index: token, suspension } = account;
    log("error", "GitHub refuses a token: set aside", {
      token,
      seconds: suspension / 1000,
      status: answer.upstreamStatus,
    });
  }

  function layer(next: Fetch): Fetch {
    /** @param tried accounts that GitHub refused for this resource during this request */
    return async function budgeted(ask, tried: readonly Account[] = []): Promise<Answer> {
      let taken: Taken | undefined = await take(ask, tried);
      const { account } = taken;
      let answer = await call(next, ask, taken);
      if (isRefused(answer) && account.credential && account.refusals === 0)
        ({ answer, taken } = await repeat(next, ask, taken, answer));
      const { upstreamStatus, quota } = answer;
      if (isRefused(answer)) {
        await onRefusal(answer, ask, taken);
        if (!account.credential) throw toRefusalError(upstreamStatus);
        // Where no account is left, the client gets the refusal and not the limit.
        return budgeted(ask, [...tried, account]).catch((thrown: unknown) => {
          throw isKnownLimit(thrown) ? toRefusalError(upstreamStatus) : thrown;
        });
      }
      if (isLimit(answer)) {
        const seconds = Math.max(Math.ceil((account.blockedUntil - now()) / 1000), 1);
        log("warn", "rate limited by GitHub", { token: account.index, seconds, status: upstreamStatus });
        // A primary limit is for one token; a secondary one may be for the address, and more calls risk a ban.
        if (quota?.remaining !== 0) throw toLimit(seconds * 1000, upstreamStatus);
        return budgeted(ask, tried).catch((thrown: unknown) => {
          throw isKnownLimit(thrown) ? toLimit(thrown.details.retryAfter! * 1000, upstreamStatus) : thrown;
        });
      }
      void settle(taken!, { kind: "accepted", ...toQuotaPart(answer) });
      return answer;
    };
  }

  function remainingOf(account: Account): number {
    return quotaOf(account, now(), account.fleet.others).remaining;
  }

  function view(): Quota {
    return sum(
      valid().map((account) => {
        const quota = quotaOf(account, now(), account.fleet.others);
        const reserve = reserveOf(account, config.BUDGET_RESERVE_PERCENT);
        const limit = quota.limit - reserve;
        const remaining = Math.max(quota.remaining - reserve, 0);
        return { limit, remaining, used: limit - remaining, reset: quota.reset };
      }),
    );
  }

  return {
    layer,
    view,
    changes: () => (accounts(), changes),
    accounts: () =>
      accounts().map((account) => ({
        index: account.index,
        quota: quotaOf(account, now(), account.fleet.others),
        valid: isAccepted(account),
      })),
    async refresh() {
      await fleet?.refresh(accounts());
      return fleet?.status();
    },
  };
}

/** Outside the process's queue a call waits for no turn. */
const noPlace: Place = { patience: () => 0, hold: (wait) => wait() };

/** The quota of a 401 is that of the address, not of the token that was refused. */
function toQuotaPart({ quota, upstreamStatus }: Answer): { quota?: Quota } {
  return quota && upstreamStatus !== 401 ? { quota } : {};
}

function sum(quotas: Quota[]): Quota {
  return quotas.reduce((a, b) => ({
    limit: a.limit + b.limit,
    remaining: a.remaining + b.remaining,
    used: a.used + b.used,
    reset: Math.min(a.reset, b.reset),
  }));
}
