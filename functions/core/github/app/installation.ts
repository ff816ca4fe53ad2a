import type { Ports } from "../../ports.ts";
import { type Credential, toId } from "../credentials.ts";
import type { Minted, Refusal } from "./mint.ts";
import type { Mint } from "./shared-mint.ts";

type InstallationPorts = Pick<Ports, "config" | "now" | "random" | "log" | "metrics" | "waitUntil">;

export interface InstallationOptions {
  /** GitHub's number of it. */
  installation: string;
  /** Its place in the pool. */
  index: number;
  mint: Mint;
}

/** Time before the end of a token at which it is renewed, in milliseconds; a quarter of its lifetime at most. */
const lead = 300_000;

/** Part of it by which processes that started together are spread. */
const spread = 0.2;

/** A token is not used in the last part of its life: a call that begins may be queued or retried, in milliseconds. */
const margin = 30_000;

/**
 * Time after which all of GitHub knows a new token, in milliseconds; a twentieth of its lifetime at most. An old one is
 * used until then
 * (https://github.com/octokit/auth-app.js/blob/main/src/hook.ts retries for as long).
 */
const settling = 5000;

/** First and longest pause after a failure, in milliseconds: one that may be over soon, and one that a person must fix. */
const pauses = { passing: [1000, 60_000], lasting: [2000, 600_000] } as const;

/** GitHub's statuses of a wrong key, a suspended or missing installation, and of permissions that it does not have. */
const lasting = new Set([401, 403, 404, 422]);

interface Held {
  secret: string;
  since: number;
  settledAt: number;
  renewAt: number;
  expiresAt: number;
}

/**
 * An installation of a GitHub App. Its token is made when it is first needed, and renewed by the first call in the
 * minutes before its end, while the old one is used: nothing happens in a process without calls. One request to GitHub at
 * a time; after a failure, none before the end of a pause.
 */
export function createInstallation(
  { installation, index, mint }: InstallationOptions,
  { config, now, random, log, metrics, waitUntil }: InstallationPorts,
): Credential & { retry: () => void } {
  let known: Promise<string> | undefined;
  const id = (): Promise<string> => (known ??= toId(`${config.GITHUB_API_URL} installation ${installation}`));
  const token = String(index);
  let held: Held | undefined;
  /** The one before, while it lives. */
  let old: Held | undefined;
  /** The last one, also if GitHub refused it. */
  let last: string | undefined;
  let minting: Promise<void> | undefined;
  let failures = 0;
  let retryAt = 0;
  let pause = 0;

  /** Not after the clock was set back. */
  const isNew = ({ since, settledAt }: Held): boolean => now() < settledAt && now() >= since;
  const isAlive = (one: Held | undefined): one is Held => one !== undefined && now() < one.expiresAt;

  /** An old token is used for a moment more. */
  function current(): Held | undefined {
    if (held && isAlive(old) && isNew(held)) return old;
    return isAlive(held) ? held : undefined;
  }

  function keep({ secret, lifetime, total = lifetime, isShared }: Minted): void {
    const early = Math.min(lead, total / 4) * (1 + spread * (2 * random() - 1));
    const expiresAt = now() + lifetime - Math.min(margin, lifetime / 20);
    old = held;
    last = secret;
    const settledAt = now() + Math.min(settling, total / 20);
    held = { secret, since: now(), settledAt, renewAt: now() + lifetime - early, expiresAt };
    if (failures > 0) log("info", "the GitHub App has a token again", { token: index });
    failures = 0;
    metrics.add("github_app_tokens_total", { token, outcome: isShared ? "shared" : "made" });
    metrics.set("github_app_token_expiry_timestamp_seconds", { token }, Math.floor((now() + lifetime) / 1000));
  }

  function fail({ status, retryAfter, cause }: Refusal): void {
    const isLasting = retryAfter === undefined && status !== undefined && lasting.has(status);
    const [first, longest] = isLasting ? pauses.lasting : pauses.passing;
    const backoff = Math.min(first * 2 ** failures, longest) * (1 - random() / 4);
    pause = Math.max(backoff, (retryAfter ?? 0) * 1000);
    retryAt = now() + pause;
    failures += 1;
    metrics.add("github_app_tokens_total", { token, outcome: "failed" });
    const fields = { token: index, seconds: Math.ceil(pause / 1000), status, cause };
    log(current() ? "warn" : "error", "no new token for the GitHub App", fields);
  }

  async function renewOnce(): Promise<void> {
    const made = await mint(installation, last);
    if ("secret" in made) keep(made);
    else fail(made);
  }

  function renew(): Promise<void> {
    minting ??= renewOnce().finally(() => (minting = undefined));
    // A client that leaves does not end it.
    waitUntil(minting);
    return minting;
  }

  /** False during a pause. A pause that is longer than it was made: the clock was set back. */
  const isDue = () => minting !== undefined || now() >= retryAt || retryAt - now() > pause;

  return {
    index,
    id,
    hasToken: () => current() !== undefined,
    isFailing: () => failures > 0 && current() === undefined,
    async prepare() {
      if (isAlive(held) && now() < held.renewAt) return;
      if (!isDue()) return;
      const renewing = renew();
      if (!current()) await renewing;
    },
    async token() {
      const one = current();
      return one && { id: await id(), secret: one.secret, isRenewed: true };
    },
    refuse(secret) {
      if (old?.secret === secret) old = undefined;
      // GitHub may not know a new one everywhere.
      if (held?.secret === secret && !isNew(held)) held = undefined;
    },
    /** Ends a pause: the key was replaced. */
    retry() {
      retryAt = 0;
    },
  };
}
