import type { Peer } from "./model.ts";
import { createCors } from "./http/cors.ts";
import type { createFastPath, FastPath } from "./serving/fast-path.ts";
import type { Ports } from "./ports.ts";
import { createRecorder } from "./telemetry/request.ts";
import type { Parts } from "./serving/parts.ts";
import { createResponder } from "./serving/responder.ts";
import { createHealthResponse } from "./routes/health-response.ts";
import { createForms } from "./cache/forms.ts";
import { createEncodings } from "./cache/encodings.ts";
import { createRewrites } from "./cache/rewrites.ts";
import { exposeBudget } from "./github/budget-metrics.ts";
import { createBudget } from "./github/budget.ts";

export interface App {
  /** The response if it is available at once: the health response, or one that fast-path.ts knows. */
  fastPath: FastPath["respond"];
  fetch: (request: Request, peer?: Peer) => Promise<Response>;
}

/** For a runtime that does not provide the request target as received. */
const noFastPath: FastPath = { learn: () => undefined, respond: () => undefined };

/**
 * The whole service: layers and routes over the given ports. Routes, schemas and layers are loaded with the first
 * request that needs them. A process that only serves health checks therefore starts fast.
 */
export function createApp(ports: Ports, createFast?: typeof createFastPath): App {
  const budget = createBudget(ports);
  ports.metrics.onExpose(() => exposeBudget(budget, ports.metrics));
  const cors = createCors(ports.config.CORS_ORIGINS);
  const forms = createForms(ports);
  const encodings = createEncodings(ports);
  const parts: Parts = { ports, budget, cors, forms, encodings, rewrites: createRewrites(ports, forms) };
  const respond = createResponder(parts);
  const recorder = createRecorder(ports);
  const fastPath = createFast?.(parts, respond, recorder) ?? noFastPath;
  const health = createHealthResponse(ports, respond, recorder);
  let router: ((request: Request, peer?: Peer) => Promise<Response>) | undefined;

  return {
    fastPath: (request) => health(request) ?? fastPath.respond(request),
    async fetch(request, peer) {
      if (!router) {
        const { createRouter } = await import("./serving/router.ts");
        // Each request waits for the code by itself: a Worker drops what a request began whose client left.
        router ??= createRouter({ ...parts, fastPath }, respond, recorder);
      }
      return router(request, peer);
    },
  };
}
