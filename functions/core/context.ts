import type { Context, Env } from "hono";
import type { Failure } from "./errors.ts";
import type { Trace } from "./telemetry/trace.ts";
import type { Handling, Peer } from "./model.ts";

/** The service's own data on one request, in addition to Hono's. */
export interface RequestContext {
  peer: Peer;
  /** The route's template, such as `/gists/{gist_id}`; never the path. */
  route: string;
  handling?: Handling;
  /** The requested resource, as sent to GitHub: built from validated values only. */
  resource?: string;
  /** `/api/v3` if the client used it, else empty. */
  prefix: string;
  /** The path as the client spelled it, without the path of `PUBLIC_URL` and the prefix. */
  path: string;
  trace?: Trace;
  /** `X-GitHub-Request-Id` of the response. Hits have none: it costs them 5 to 10 % of CPU time. */
  requestId?: string;
  /** Calls to GitHub that this request made itself. */
  upstreamCalls: number;
  /** Age of the served entry, in seconds, if there was one. */
  age?: number;
  /** The failure because of which a stale response was sent. */
  reason?: Failure;
}

export interface AppEnv extends Env {
  Variables: { context: RequestContext };
  Bindings: { peer?: Peer } | undefined;
}

export type AppContext = Context<AppEnv>;
