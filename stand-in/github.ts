import type { Hono } from "hono";
import type { AppChange, AppSettings, Minted } from "./apps.ts";
import type { Call, Counters } from "./calls.ts";
import type { EtagKind } from "./conditional.ts";
import type { GistEdit } from "./data.ts";
import type { Env } from "./env.ts";
import type { Fault } from "./faults.ts";
import type { Gist } from "./gists.ts";
import type { LimitChange } from "./rate-limit.ts";
import type { SecondaryRules } from "./secondary-limit.ts";

/** How a stand-in is made; every setting has a default. */
export type GitHubOptions = {
  /** The origin in `Link`, without a slash at its end; by default each request's own. */
  origin?: string;
  /** Valid tokens in addition to all those that begin with `good`. */
  tokens?: readonly string[];
  /** Milliseconds since 1970; the clock's steps are added to it. Date.now by default. */
  now?: () => number;
  /** Users `synthetic-<n>` in addition to the named ones, for soaks. */
  synthetic?: boolean;
  /** Secondary limits to enforce; none by default. `githubSecondary` has GitHub's own. */
  secondary?: SecondaryRules;
  /** How ETags are made; `opaque` by default. */
  etags?: EtagKind;
  /** GitHub Apps; none by default. */
  apps?: readonly AppSettings[];
};

/** A stand-in for api.github.com, to be injected as a fetch or served (`serve.ts`). */
export type GitHub = {
  /** Responds like GitHub; throws a TypeError if a connection would fail, and the signal's reason on abort. */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  readonly app: Hono<Env>;
  /** The last 10,000 calls, without those under `/_standin/`. */
  readonly calls: readonly Call[];
  counters(): Counters;
  /** Restores the initial state: data, faults, limits, calls, clock. */
  reset(): void;
  /** Clears the calls and counters only. */
  forget(): void;
  /** Adds a fault to the active ones; without one, all off. */
  fault(fault?: Fault): void;
  faults(): Fault[];
  limit(change: LimitChange): void;
  limits(): Record<string, { limit: number; used: number; resetAt: number }>;
  secondary(rules: SecondaryRules): void;
  /** Adds a GitHub App, or replaces the one of that ID. */
  addApp(app: AppSettings): void;
  apps(change: AppChange): void;
  /** The tokens that were made for installations, oldest first. */
  minted(): readonly Minted[];
  /** How ETags are made from now on. */
  etags(kind: EtagKind): void;
  /** Refuses connections for so many milliseconds of real time: the port is closed. */
  refuse(ms: number): void;
  /** Called for each `refuse`; the server sets it. */
  readonly onRefuse: Set<(ms: number) => void>;
  /** The stand-in's time in milliseconds since 1970. */
  now(): number;
  step(ms: number): void;
  edit(id: string, edit: GistEdit): Gist | undefined;
  add(login: string, id: string, edit: GistEdit): Gist | undefined;
  remove(id: string): boolean;
  removeUser(login: string): boolean;
};
