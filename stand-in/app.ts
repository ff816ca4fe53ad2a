import { Hono } from "hono";
import { createApps } from "./apps.ts";
import { createCalls } from "./calls.ts";
import { compress } from "./compress.ts";
import { conditional, type EtagKind } from "./conditional.ts";
import { createControl } from "./control.ts";
import { createData } from "./data.ts";
import type { Env } from "./env.ts";
import { fail, notFound } from "./errors.ts";
import { createFaults } from "./faults.ts";
import { follow } from "./follow.ts";
import type { GitHub, GitHubOptions } from "./github.ts";
import { authenticate, identify } from "./identify.ts";
import { negotiate } from "./media.ts";
import { createLimits, primaryLimit } from "./rate-limit.ts";
import { createRawHost } from "./raw-host.ts";
import { createRoutes } from "./routes.ts";
import { createSecondary } from "./secondary-limit.ts";
import { troubles } from "./troubles.ts";
import { fetchFailed, isFetchFailure } from "./wire.ts";

/** Creates a stand-in with separate data, clock, limits and faults. */
export function createGitHub(options: GitHubOptions = {}): GitHub {
  const clock = options.now ?? Date.now;
  let stepped = 0;
  let refusedUntil = 0;
  const now = () => clock() + stepped;
  const data = createData(options.synthetic);
  const limits = createLimits(now);
  const secondary = createSecondary(now, options.secondary ?? {});
  const faults = createFaults();
  const calls = createCalls(now);
  const initialEtags = options.etags ?? "opaque";
  let etags: EtagKind = initialEtags;
  const apps = createApps(now, options.apps);
  const toKey = (token: string) => {
    const installation = apps.installationOf(token);
    if (installation !== undefined) return `installation-${installation}`;
    return token.startsWith("good") || (options.tokens ?? []).includes(token) ? token : undefined;
  };
  const toOrigin = (request: Request) => options.origin ?? new URL(request.url).origin;

  // An unreferenced request may be garbage-collected while it waits, and its signal would never fire.
  const pending = new Set<Request>();
  async function send(request: Request): Promise<Response> {
    pending.add(request);
    try {
      return await app.fetch(request);
    } finally {
      pending.delete(request);
    }
  }

  const github: GitHub = {
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      if (Date.now() < refusedUntil) throw fetchFailed("ECONNREFUSED");
      return follow(request, await send(request), send);
    },
    app: new Hono<Env>(),
    calls: calls.list,
    counters: () => calls.counters(limits.charged()),
    reset() {
      stepped = 0;
      refusedUntil = 0;
      data.reset();
      faults.set(undefined);
      limits.reset();
      secondary.reset();
      apps.reset();
      etags = initialEtags;
      calls.reset();
    },
    forget: calls.reset,
    fault: faults.set,
    faults: faults.list,
    limit: limits.change,
    limits: limits.all,
    secondary: secondary.set,
    addApp: apps.add,
    apps: apps.change,
    minted: apps.minted,
    etags(kind) {
      etags = kind;
    },
    refuse(ms) {
      refusedUntil = Date.now() + ms;
      for (const listener of github.onRefuse) listener(ms);
    },
    onRefuse: new Set(),
    now,
    step(ms) {
      stepped += ms;
    },
    edit: (id, edit) => data.edit(id, edit, now()),
    add: (login, id, edit) => data.add(login, id, edit, now()),
    remove: data.remove,
    removeUser: data.removeUser,
  };

  // The order is GitHub's as far as it is visible: edge, abuse protection, budget, credentials, negotiation, resource.
  const app = github.app
    .route("/_standin", createControl(github))
    .use(calls.middleware)
    .route("/", createRawHost(data, troubles(faults, data, now)))
    .use(identify(toKey, limits, now), secondary.middleware, troubles(faults, data, now))
    .route("/", apps.routes)
    .use(
      compress(),
      primaryLimit(limits, now),
      authenticate(apps),
      negotiate(),
      conditional(() => etags),
    )
    .route("/", createRoutes(data, limits, toOrigin))
    .notFound((c) => notFound(c))
    .onError((error, c) => {
      // The error that represents a broken connection must reach the caller of an injected fetch.
      if (c.req.raw.signal.aborted || isFetchFailure(error)) throw error;
      console.error(error);
      return fail(c, 500, "The stand-in itself failed");
    });
  return github;
}
