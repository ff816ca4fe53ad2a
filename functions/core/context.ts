import type { Context, Env } from "hono";
import type { Failure } from "./errors.ts";
import type { Trace } from "./telemetry/trace.ts";
import type { Handling, Peer } from "./model.ts";

/** What is known of one request on its way, beside what Hono knows. */
export interface RequestContext {
  peer: Peer;
  /** The route's template, such as `/gists/{gist_id}`; never the path. */
  route: string;
  handling?: Handling;
  /** The resource that was asked for, as sent to GitHub: built from validated values only. */
  resource?: string;
  /** `/api/v3` where the client used it, else empty. */
  prefix: string;
  /** The path as the client spelled it, without the path of `PUBLIC_URL` and the prefix. */
  path: string;
  trace?: Trace;
  /** Calls to GitHub that this request made itself. */
  upstreamCalls: number;
  /** Age of the entry that was served, in seconds, where one was. */
  age?: number;
  /** The failure that a stale answer bridges. */
  reason?: Failure;
}

export interface AppEnv extends Env {
  Variables: { context: RequestContext };
  Bindings: { peer?: Peer } | undefined;
}

export type AppContext = Context<AppEnv>;
