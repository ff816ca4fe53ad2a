import { expect } from "vitest";
import type { Fault } from "../../stand-in/faults.ts";
import type { Chain, ChainCall } from "./chain.ts";

/** The settings of model runs, in seconds; the reserve in percent. */
export const modelled = { ttl: 60, negative: 20, behind: 30, onError: 600, timeout: 2, reserve: 10 };

export const modelEnv = {
  CACHE_TTL_SECONDS: String(modelled.ttl),
  CACHE_NEGATIVE_TTL_SECONDS: String(modelled.negative),
  CACHE_STALE_WHILE_REVALIDATE_SECONDS: String(modelled.behind),
  CACHE_STALE_IF_ERROR_SECONDS: String(modelled.onError),
  UPSTREAM_TIMEOUT_MS: String(modelled.timeout * 1000),
  UPSTREAM_CONCURRENCY: "2",
  BUDGET_RESERVE_PERCENT: String(modelled.reserve),
};

/** One step of a run. `which` names one of `ids`. */
export type Action =
  | { kind: "ask"; which: number; times: number }
  | { kind: "pass"; ms: number }
  | { kind: "edit"; which: number }
  | { kind: "remove"; which: number }
  | { kind: "fault"; fault: Fault }
  | { kind: "heal" }
  | { kind: "spend"; remaining: number };

export const ids = ["0a0a0a0a0a0a0a0a0a0a", "0b0b0b0b0b0b0b0b0b0b", "0c0c0c0c0c0c0c0c0c0c"] as const;

/** The history of each gist: since when it had which description, or undefined for gone. */
type History = { since: number; state: string | undefined }[];

/** Runs the actions, and checks every response and every call against the rules. */
export async function runModel(chain: Chain, actions: readonly Action[]): Promise<void> {
  const { github } = chain;
  const histories = new Map<string, History>(ids.map((id) => [id, [{ since: 0, state: undefined }]]));
  const open: Promise<void>[] = [];
  let edits = 0;

  async function ask(id: string): Promise<void> {
    const response = await chain.send(`/gists/${id}`);
    expectSound(id, histories.get(id)!, github.now(), response.status, response.headers, await response.text());
  }
  function change(id: string, state: string | undefined): void {
    histories.get(id)?.push({ since: github.now(), state });
  }

  async function act(action: Action): Promise<void> {
    switch (action.kind) {
      case "ask":
        for (let n = 0; n < action.times; n += 1) open.push(ask(ids[action.which]!));
        return undefined;
      case "pass":
        return chain.pass(action.ms);
      case "edit": {
        // A read during a change may return either: no call is in flight when it happens.
        await chain.rest();
        const id = ids[action.which]!;
        const state = `${id} as of edit ${(edits += 1)}`;
        const isThere = github.edit(id, { description: state }) ?? github.add("hubot", id, { description: state });
        expect(isThere).toBeDefined();
        return change(id, state);
      }
      case "remove":
        await chain.rest();
        github.remove(ids[action.which]!);
        return change(ids[action.which]!, undefined);
      case "fault":
        return github.fault(action.fault);
      case "heal":
        return github.fault();
      case "spend":
        await chain.rest();
        for (const who of ["anonymous", "token"]) github.limit({ who, remaining: action.remaining });
        return undefined;
      default:
        return action satisfies never;
    }
  }

  for (const action of actions) await act(action);
  github.fault();
  // Longer than any timeout: a request without a response now never gets one.
  await chain.pass(60_000);
  await Promise.all(open);
  expect(chain.violations).toStrictEqual([]);
  expectSparing(chain.calls);
}

/** A limit as GitHub tells it: nothing left until the reset, or what is left and a time to wait. */
function expectLimit(headers: Headers, message: string, now: number): void {
  const number = (name: string) => Number(headers.get(name) ?? Number.NaN);
  const remaining = number("x-ratelimit-remaining");
  expect(remaining + number("x-ratelimit-used")).toBe(number("x-ratelimit-limit"));
  if (message.startsWith("API rate limit exceeded")) {
    expect(remaining).toBe(0);
    expect(number("x-ratelimit-reset")).toBeGreaterThan(now / 1000);
    expect(headers.has("retry-after")).toBe(false);
  } else {
    expect(message).toMatch(/^You have exceeded a secondary rate limit/);
    expect(remaining).toBeGreaterThan(0);
    expect(number("retry-after")).toBeGreaterThanOrEqual(1);
  }
}

/** A response: GitHub's shape, the right gist, and no older than its kind of response may be. */
function expectSound(id: string, history: History, now: number, status: number, headers: Headers, body: string): void {
  expect(headers.get("content-type")).toMatch(/^application\/json/);
  const value = JSON.parse(body) as Record<string, unknown>;
  const cacheStatus = headers.get("cache-status");
  if (status !== 200) {
    expect(value).toMatchObject({ message: expect.any(String), documentation_url: expect.any(String) });
    expect([403, 404, 502, 503, 504]).toContain(status);
  }
  if (status === 403) expectLimit(headers, value["message"] as string, now);
  if (cacheStatus === null) return;
  if (status === 200) expect(value.id).toBe(id);
  const shown = status === 200 ? value.description : undefined;
  const allowed = maxAge(status, cacheStatus, Number(headers.get("age"))) * 1000;
  const was = history.some(({ since, state }, at) => {
    const until = history[at + 1]?.since ?? Infinity;
    return state === shown && since <= now && until >= now - allowed;
  });
  expect(was, `${status} ${String(shown)} (${cacheStatus}) at ${now} of ${JSON.stringify(history)}`).toBe(true);
}

/** The maximum age of a response in seconds, counted from the start of its call to GitHub. */
function maxAge(status: number, cacheStatus: string, age: number): number {
  const { ttl, negative, behind, onError, timeout } = modelled;
  if (status === 404) return negative + timeout;
  if (cacheStatus.includes("detail=")) return ttl + onError + timeout;
  return (age >= ttl ? ttl + behind : ttl) + timeout;
}

/** Between two calls for a key lies the whole lifetime of what the first one brought, unless it brought nothing. */
function expectSparing(calls: readonly ChainCall[]): void {
  const last = new Map<string, ChainCall>();
  for (const call of calls) {
    const before = last.get(call.key);
    last.set(call.key, call);
    if (!before || before.spoilt || before.until === undefined) continue;
    const lifetime =
      before.status === 404 ? modelled.negative : [200, 304].includes(before.status ?? 0) ? modelled.ttl : 0;
    expect(call.since - before.until, `asked again too soon: ${JSON.stringify([before, call])}`).toBeGreaterThanOrEqual(
      lifetime * 1000,
    );
  }
}
