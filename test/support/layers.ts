import { EdgeError } from "../../functions/core/errors.ts";

import type { Purge } from "../../functions/core/cache/store/store.ts";
import { tagsOf } from "../../functions/core/cache/tags.ts";
import type { Answer, Ask, Fetch, Entry } from "../../functions/core/model.ts";
import { start } from "./ports.ts";

const encoder = new TextEncoder();

/** A 200 of the beginning of time, fresh for a minute, with the given fields. */
export function toEntry(body: string | Uint8Array<ArrayBuffer> = "{}", fields: Partial<Entry> = {}): Entry {
  return {
    status: 200,
    contentType: "application/json; charset=utf-8",
    link: undefined,
    lastModified: undefined,
    etag: 'W/"own"',
    upstreamEtags: {},
    validatedAt: start,
    freshUntil: start + 60_000,
    body: typeof body === "string" ? encoder.encode(body) : body,
    ...fields,
  };
}

/** An entry's body as text. */
export function textOf({ body }: Entry): string {
  return new TextDecoder().decode(body);
}

export function toAsk(key = "one", more: Partial<Ask> = {}): Ask {
  return {
    resource: { key, path: `/gists/${key}`, accept: "application/vnd.github+json", apiVersion: "2022-11-28" },
    ...more,
  };
}

/** The purge of one key. */
export const toPurge = (key: string): Purge => ({ tags: tagsOf(key).slice(0, 1), keys: [key] });

/** GitHub's response as its layer returns it: validated at `now`, and not fresh for any time. */
export function toAnswer(
  now: number,
  { entry, ...more }: Omit<Partial<Answer>, "entry"> & { entry?: Partial<Entry> } = {},
): Answer {
  const full = toEntry("{}", { validatedAt: now, freshUntil: now, ...entry });
  return { entry: full, handling: "MISS", upstreamStatus: full.status, ...more };
}

export interface Call {
  ask: Ask;
  answer: (answer: Answer) => void;
  fail: (thrown: unknown) => void;
}

/** A `next` whose calls wait until the test resolves them. */
export function createNext(): { fetch: Fetch; calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    fetch: (ask) => new Promise((resolve, reject) => calls.push({ ask, answer: resolve, fail: reject })),
  };
}

/** A clock that the test moves, in milliseconds since the Unix epoch. */
export function createClock(now = start) {
  return { now: () => now, step: (ms: number) => void (now += ms) };
}

/** Lets everything run that waits for nothing outside. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The error of a rejected promise. */
export async function failureOf(work: Promise<unknown>): Promise<EdgeError> {
  return work.then(
    () => {
      throw new Error("It did not fail");
    },
    (thrown: unknown) => {
      if (thrown instanceof EdgeError) return thrown;
      throw thrown;
    },
  );
}

/** Failures that say that GitHub is not well. */
export const down = (upstreamStatus?: number) =>
  new EdgeError("bad-gateway", "GitHub failed to respond", upstreamStatus === undefined ? {} : { upstreamStatus });
export const late = () => new EdgeError("gateway-timeout", "GitHub did not respond in time");
export const limited = () => new EdgeError("rate-limited", "API rate limit exceeded", { retryAfter: 60 });
