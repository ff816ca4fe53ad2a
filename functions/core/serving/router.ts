import type { Peer } from "../model.ts";
import type { Services } from "../routes/services.ts";
import { OpenAPIHono } from "@hono/zod-openapi";
import { getPath } from "hono/utils/url";
import { EdgeError, toEdgeError } from "../errors.ts";
import type { AppEnv } from "../context.ts";
import { splitPath, toPublicPath } from "../http/base-path.ts";
import { checkTarget, pathOf } from "../http/target.ts";
import { observe } from "./observe.ts";

import type { Recorder } from "../telemetry/request.ts";
import type { Responder } from "./responder.ts";
import { operations } from "../routes/all.ts";
import { allowedMethods } from "../routes/mount.ts";
import { mountPages } from "../routes/pages.ts";
import { composeGists } from "./compose.ts";
import { refuseInvalid } from "../routes/validation.ts";

/** Maximum size of a body that a request may declare, in bytes; no body is ever read. */
const maxRequestBody = 16_384;

const untrusted: Peer = { trusted: false };

/** Handles every request that fast-path.ts does not know: validation, routing and response. */
export function createRouter(
  parts: Omit<Services, "gists">,
  respond: Responder,
  recorder: Recorder,
): (request: Request, peer?: Peer) => Promise<Response> {
  const { ports } = parts;
  const services: Services = { ...parts, gists: composeGists(ports, parts.budget) };
  const publicPath = toPublicPath(ports.config.PUBLIC_URL);
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: refuseInvalid,
    getPath: (request) => splitPath(getPath(request), publicPath).path,
  });

  app.use("*", async (c, next) => {
    c.set("context", {
      ...splitPath(pathOf(c.req.url), publicPath),
      peer: c.env?.peer ?? untrusted,
      route: "unmatched",
      upstreamCalls: 0,
    });
    await next();
  });
  app.use("*", observe(ports, recorder));
  app.use("*", async (c, next) => {
    if (c.var.context.peer.malformed) {
      throw new EdgeError("bad-request", "The request target, or the Host field, is not valid");
    }
    checkTarget(c.var.context.peer.rawTarget ?? c.req.url.slice(c.req.url.indexOf("/", 8)));
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

  mountPages(app, services, respond);
  for (const { mount } of Object.values(operations)) mount(app, services, respond);

  app.onError((thrown, c) => {
    const error = toEdgeError(thrown);
    if (error.failure === "internal" || error.failure === "bad-gateway" || error.failure === "gateway-timeout") {
      const { cause, upstreamStatus } = error.details;
      const { route, trace } = c.var.context;
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

  return async (request, peer) => app.fetch(request, { peer });
}
