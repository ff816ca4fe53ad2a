import type { Context, Env } from "hono";
import type { Failure } from "./errors.ts";
import type { Trace } from "./telemetry/trace.ts";
import type { Hot } from "./serving/fast-path.ts";
import type { Cors } from "./http/cors.ts";
import type { Peer, Ports } from "./ports.ts";
import type { Copies } from "./cache/encodings.ts";
import type { Budget } from "./github/budget.ts";
import type { Fetch, Handling } from "./model.ts";

/** What is known of one request on its way, beside what Hono knows. */
export interface Exchange {
  peer: Peer;
  /** The route's template, such as `/gists/{gist_id}`; never the path. */
  route: string;
  handling?: Handling;
  /** The resource that was asked for, as sent to GitHub: built from validated values only. */
  resource?: string;
  trace?: Trace;
  /** Calls to GitHub that this request made itself. */
  upstreamCalls: number;
  /** Age of the entry that was served, in seconds, where one was. */
  age?: number;
  /** The failure that a stale answer bridges. */
  reason?: Failure;
}

export interface AppEnv extends Env {
  Variables: { exchange: Exchange };
  Bindings: { peer?: Peer } | undefined;
}

export type AppContext = Context<AppEnv>;

/** What routes work with. */
export interface Services {
  ports: Ports;
  /** The composed layers. */
  gists: Fetch;
  budget: Budget;
  cors: Cors;
  copies: Copies;
  hot: Hot;
}
