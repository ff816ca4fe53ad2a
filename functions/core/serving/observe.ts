import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "../context.ts";
import type { Ports } from "../ports.ts";
import { unobserved } from "../routes/mount.ts";
import type { Recorder } from "../telemetry/request.ts";

/** Observes every request that the router handles. */
export function observe({ metrics, elapsed }: Ports, recorder: Recorder): MiddlewareHandler<AppEnv> {
  let inFlight = 0;
  metrics.onExpose(() => metrics.set("http_requests_in_flight", {}, inFlight));

  return async function observed(c, next) {
    const startedAt = elapsed();
    const { context } = c.var;
    const { method, url } = c.req;
    const isObserved = matchedRoutes(c).every(({ handler }) => handler !== unobserved);
    const trace = isObserved ? recorder.start({ method, url, headers: c.req.raw.headers }) : undefined;
    if (trace) context.trace = trace;
    context.requestId = recorder.toRequestId(trace);
    inFlight += 1;
    try {
      await next();
    } finally {
      inFlight -= 1;
      recorder.end({ ...context, method, status: c.res.status, startedAt, isObserved });
    }
  };
}
