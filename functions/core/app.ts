import { OpenAPIHono } from "@hono/zod-openapi";
import { EdgeError, toEdgeError } from "./errors.ts";
import type { AppEnv, Services } from "./exchange.ts";
import { createCors } from "./http/cors.ts";
import { createHot, type Hot } from "./hot.ts";
import { checkTarget } from "./http/target.ts";
import { observe } from "./observe.ts";
import type { Peer, Ports } from "./ports.ts";
import { createRecorder } from "./record.ts";
import { createResponder } from "./respond.ts";
import { gist, gistRevision } from "./routes/gist.ts";
import { gistComment, gistComments } from "./routes/gist-comments.ts";
import { gistCommits, gistForks } from "./routes/gist-history.ts";
import { mountHealth } from "./routes/health.ts";
import { mountMetrics } from "./routes/metrics.ts";
import { allowedMethods } from "./routes/mount.ts";
import { mountOpenApi } from "./routes/openapi.ts";
import { mountPages } from "./routes/pages.ts";
import { publicGists } from "./routes/public-gists.ts";
import { mountRateLimit } from "./routes/rate-limit.ts";
import { mountResource } from "./routes/resource.ts";
import { shortUserGists, userGists } from "./routes/user-gists.ts";
import { exposeBudget } from "./upstream/expose-budget.ts";
import { createBudget } from "./upstream/budget.ts";
import { composeGists } from "./upstream/compose.ts";
import { refuseInvalid } from "./validation.ts";

/** Largest body that a request may declare, in bytes; none is ever read. */
const maxRequestBody = 16_384;

const untrusted: Peer = { trusted: false };

export interface App {
  /** The answer to a request like one before, where it is known at once (hot.ts). */
  hot: Hot["answer"];
  fetch: (request: Request, peer?: Peer) => Promise<Response>;
}

/** The whole service: its layers and its routes over the given ports. */
export function createApp(ports: Ports): App {
  const { config } = ports;
  const budget = createBudget(ports);
  const gists = composeGists(ports, budget);
  ports.metrics.onExpose(() => exposeBudget(budget, ports.metrics));
  const parts = { ports, gists, budget, cors: createCors(config.CORS_ORIGINS) };
  const respond = createResponder(parts);
  const recorder = createRecorder(ports);
  const hot = createHot(parts, respond, recorder);
  const services: Services = { ...parts, hot };
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });

  app.use("*", async (c, next) => {
    c.set("exchange", { peer: c.env?.peer ?? untrusted, route: "unmatched", upstreamCalls: 0 });
    await next();
  });
  app.use("*", observe(ports, recorder));
  app.use("*", async (c, next) => {
    checkTarget(c.var.exchange.peer.rawTarget ?? c.req.url.slice(c.req.url.indexOf("/", 8)));
    if (Number(c.req.header("content-length") ?? 0) > maxRequestBody) {
      throw new EdgeError("payload-too-large", "No request of this service needs a body");
    }
    if (c.req.method === "OPTIONS") {
      const fields = services.cors.toPreflightFields(c.req.header("origin") ?? null);
      return respond.local(c, 204, null, {
        ...fields,
        allow: allowedMethods,
        "cache-control": "public, max-age=86400",
      });
    }
    await next();
  });

  for (const mount of [mountPages, mountHealth, mountMetrics, mountOpenApi, mountRateLimit])
    mount(app, services, respond);
  // Fixed segments first: `/gists/public` is no gist's id, `/gists/{id}/commits` no revision.
  const resources = [
    publicGists,
    gistCommits,
    gistForks,
    gistComments,
    gistComment,
    gist,
    gistRevision,
    userGists,
    shortUserGists,
  ];
  for (const resource of resources) mountResource(app, resource as never, services, respond);

  app.notFound((c) => respond.error(c, new EdgeError("not-found", "Not Found")));
  app.onError((thrown, c) => {
    const error = toEdgeError(thrown);
    if (error.failure === "internal" || error.failure === "bad-gateway" || error.failure === "gateway-timeout") {
      const { cause, upstreamStatus } = error.details;
      const { route, trace } = c.var.exchange;
      ports.log(error.failure === "internal" ? "error" : "warn", error.failure, {
        trace_id: trace?.traceId,
        span_id: trace?.spanId,
        route,
        upstream_status: upstreamStatus,
        reason: error.message,
        cause: cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined,
        stack: error.failure === "internal" && cause instanceof Error ? cause.stack : undefined,
      });
    }
    return respond.error(c, error);
  });

  return { hot: hot.answer, fetch: async (request, peer) => app.fetch(request, { peer }) };
}
