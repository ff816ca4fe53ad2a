import type { Services } from "./context.ts";
import { createCors } from "./http/cors.ts";
import type { createHot, Hot } from "./serving/fast-path.ts";
import type { Peer, Ports } from "./ports.ts";
import { createRecorder } from "./telemetry/request.ts";
import { createResponder } from "./serving/responder.ts";
import { createHealthAnswer } from "./routes/health-response.ts";
import { createCopies } from "./cache/encodings.ts";
import { exposeBudget } from "./github/budget-metrics.ts";
import { createBudget } from "./github/budget.ts";

export interface App {
  /** The answer where it is known at once: that the process lives, and what is like a request before (hot.ts). */
  hot: Hot["answer"];
  fetch: (request: Request, peer?: Peer) => Promise<Response>;
}

/** For a runtime that does not give the request target as it was received. */
const noHot: Hot = { learn: () => undefined, answer: () => undefined };

/**
 * The whole service: its layers and its routes over the given ports. Routes, schemas and layers are loaded with the
 * first request that needs them, so that a process which only says that it lives starts fast.
 */
export function createApp(ports: Ports, createFast?: typeof createHot): App {
  const budget = createBudget(ports);
  ports.metrics.onExpose(() => exposeBudget(budget, ports.metrics));
  const cors = createCors(ports.config.CORS_ORIGINS, ports.tracing !== undefined);
  const parts = { ports, budget, cors, copies: createCopies(ports) };
  const respond = createResponder(parts);
  const recorder = createRecorder(ports);
  const hot = createFast?.(parts, respond, recorder) ?? noHot;
  const health = createHealthAnswer(ports, respond, recorder);
  const services: Omit<Services, "gists"> = { ...parts, hot };
  let longWay: Promise<(request: Request, peer?: Peer) => Promise<Response>> | undefined;

  return {
    hot: (request) => health(request) ?? hot.answer(request),
    async fetch(request, peer) {
      longWay ??= import("./serving/router.ts").then(({ createLongWay }) => createLongWay(services, respond, recorder));
      return (await longWay)(request, peer);
    },
  };
}
