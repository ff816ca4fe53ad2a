import type { Config } from "../config/config.ts";
import { createGuard } from "../cache/store/guard.ts";
import type { Ports } from "../ports.ts";
import { type Claim, inFlightOf, minuteMs } from "./account-state.ts";
import { type Account, idOf } from "./accounts.ts";
import type { Fleet, Known, SharedLimits, SharedReply } from "./shared-limits.ts";

export interface FleetOptions extends Pick<Ports, "now" | "sleep" | "random" | "log" | "metrics" | "waitUntil"> {
  limits: SharedLimits;
  config: Config;
}

/** Time by which the reservation of a call is longer than the timeout of calls to GitHub, in milliseconds. */
const lifetimeMargin = 1000;

/** First and longest pause between two tries of a call that waits for its turn, in milliseconds. */
const firstPause = 10;
const longestPause = 80;

/** Longest pause after a failure of the tier, in milliseconds: a process that counts alone may exceed a limit. */
const longestAlone = 5000;

/** Least time between two refreshes, in milliseconds. */
const refreshAfter = 1000;

/** Links the accounts of this process to those of its fleet. */
export function createFleet({ limits, config, now, sleep, random, log, metrics, waitUntil }: FleetOptions): Fleet {
  const guard = createGuard({
    timeout: config.SHARED_CACHE_TIMEOUT_MS,
    now,
    log,
    longestPause: longestAlone,
    messages: { fails: "limits are not shared: counting alone", back: "limits are shared again" },
    onError: (operation, reason) => metrics.add("github_fleet_errors_total", { operation, reason }),
  });
  const process = crypto.randomUUID();
  /** A call's name among those of all processes. */
  const nameOf = (call: string) => `${process}:${call}`;
  const lifetime = config.UPSTREAM_TIMEOUT_MS + lifetimeMargin;
  const concurrency = config.FLEET_CONCURRENCY;
  /** The calls that wait for a turn, in order of arrival. */
  const waiting = new Set<{ wake: () => void }>();
  let isShared = true;
  let running = 0;
  let onChange: (() => void) | undefined;
  let refreshedAt = -Infinity;

  /** What an operation says to the account; undefined, and the account learns alone, where the fleet does not respond. */
  async function send(
    operation: "take" | "settle",
    account: Account,
    run: (base: { account: string; known: Known; concurrency: number }) => Promise<SharedReply>,
    learns: boolean,
  ): Promise<SharedReply | undefined> {
    const { fleet } = account;
    const id = await idOf(account);
    let known: Known | undefined;
    let learnt = 0;
    const reply = await guard(operation, () => {
      known = toKnown(account, now());
      fleet.calls = 0;
      learnt = fleet.learnt;
      return run({ account: id, known, concurrency });
    });
    isShared = reply !== undefined;
    if (reply) {
      running = reply.running;
      // It does not have what the account has learnt alone since it was asked.
      if (fleet.learnt === learnt) adopt(account, reply);
    } else {
      fleet.calls += known?.calls ?? 0;
      if (learns) {
        fleet.epoch = 0;
        fleet.learnt += 1;
      }
    }
    onChange?.();
    return reply;
  }

  function adopt(account: Account, { account: theirs, now: theirNow, epoch }: SharedReply): void {
    const time = now();
    const move = (at: number) => (at === 0 ? 0 : at + time - theirNow);
    const { reported, secondaryLimits, refusals, suspension, minute } = theirs;
    Object.assign(account, { reported, secondaryLimits, refusals, suspension });
    account.suspendedUntil = move(theirs.suspendedUntil);
    // A block never ends early.
    account.blockedUntil = Math.max(account.blockedUntil, move(theirs.blockedUntil));
    account.minute = { since: move(minute.since), calls: minute.calls };
    account.fleet.others = Math.max(theirs.inFlight - inFlightOf(account, time), 0);
    account.fleet.epoch = epoch;
  }

  async function tryTake(account: Account, claim: Claim): Promise<SharedReply | undefined> {
    const reply = await send(
      "take",
      account,
      (base) => limits.take({ ...base, ...claim, call: nameOf(claim.call), lifetime }),
      true,
    );
    // A new minute began without them.
    if (!reply) account.fleet.calls = Math.min(account.fleet.calls + 1, account.minute.calls);
    else if (reply.granted && account.refusals > 0) account.probe = claim.call;
    return reply;
  }

  /**
   * Each call tries for itself: where a request's work ends with it, no other may depend on it. Only the first in line
   * tries, in pauses that are those of all processes: a process that makes calls has no better chance than others.
   */
  async function takeInTurn(
    account: Account,
    claim: Claim,
    patience: () => number,
  ): Promise<SharedReply | undefined | "busy"> {
    const place = { wake: (): void => undefined };
    waiting.add(place);
    metrics.set("github_fleet_queue_length", {}, waiting.size);
    try {
      for (let pause = firstPause; patience() > 0;) {
        const woken = new Promise<void>((resolve) => (place.wake = resolve));
        await Promise.race([sleep(pause * (0.75 + random() / 2)), woken]);
        if (waiting.values().next().value !== place) continue;
        const reply = await tryTake(account, claim);
        if (!reply?.isFull) return reply;
        pause = Math.min(pause * 2, longestPause);
      }
      return "busy";
    } finally {
      waiting.delete(place);
      metrics.set("github_fleet_queue_length", {}, waiting.size);
      // Where one found room, there may be more.
      waiting.values().next().value?.wake();
    }
  }

  return {
    async take(account, claim, place) {
      // No call overtakes those that wait.
      let reply: SharedReply | "busy" | undefined = waiting.size > 0 ? "busy" : await tryTake(account, claim);
      if (reply === "busy" || reply?.isFull) reply = await place.hold(() => takeInTurn(account, claim, place.patience));
      if (reply === "busy") return undefined;
      return reply && !reply.granted ? Math.max(reply.wait, 1) : 0;
    },

    async settle(account, call, outcome) {
      const learns = outcome.kind !== "none" || outcome.quota !== undefined;
      const work = send("settle", account, (base) => limits.settle({ ...base, call: nameOf(call), outcome }), learns);
      waitUntil(work);
      await work;
    },

    async refresh(accounts) {
      if (now() - refreshedAt < refreshAfter && now() >= refreshedAt) return;
      refreshedAt = now();
      const outcome = { kind: "none" } as const;
      await Promise.all(
        accounts.map((account) =>
          send("settle", account, (base) => limits.settle({ ...base, call: "", outcome }), false),
        ),
      );
    },

    status: () => ({ isShared, running, concurrency }),
    watch: (listener) => (onChange = listener),
  };
}

function toKnown(
  { reported, blockedUntil, secondaryLimits, refusals, suspendedUntil, suspension, minute, fleet }: Account,
  now: number,
): Known {
  return {
    epoch: fleet.epoch,
    reported,
    blocked: Math.max(blockedUntil - now, 0),
    secondaryLimits,
    refusals,
    suspended: refusals > 0 ? Math.max(suspendedUntil - now, 0) : 0,
    suspension,
    calls: now - minute.since < minuteMs ? fleet.calls : 0,
  };
}
