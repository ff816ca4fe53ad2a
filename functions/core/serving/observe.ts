import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import type { Ports } from "../ports.ts";
import type { Recorder } from "../telemetry/request.ts";

/** The service's own affairs: counted, but not traced and logged for debugging only, since platforms ask them every few seconds. */
const unobserved = new Set(["/health", "/health/ready", "/metrics"]);

/** Follows every request that goes the long way. */
export function observe({ metrics, elapsed }: Ports, recorder: Recorder): MiddlewareHandler<AppEnv> {
  let inFlight = 0;
  metrics.onExpose(() => metrics.set("http_requests_in_flight", {}, inFlight));

  return async function observed(c, next) {
    const startedAt = elapsed();
    const { context } = c.var;
    const { method, url } = c.req;
    const isObserved = !unobserved.has(c.req.path);
    const trace = isObserved ? recorder.start({ method, url, headers: c.req.raw.headers }) : undefined;
    if (trace) context.trace = trace;
    inFlight += 1;
    try {
      await next();
    } finally {
      inFlight -= 1;
      recorder.end({ ...context, method, status: c.res.status, startedAt, isObserved });
    }
  };
}
