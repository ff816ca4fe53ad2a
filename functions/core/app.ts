import type { Services } from "./exchange.ts";
import { createCors } from "./http/cors.ts";
import { createHot, type Hot } from "./hot.ts";
import type { Peer, Ports } from "./ports.ts";
import { createRecorder } from "./record.ts";
import { createResponder } from "./respond.ts";
import { createCopies } from "./stores/copies.ts";
import { exposeBudget } from "./upstream/expose-budget.ts";
import { createBudget } from "./upstream/budget.ts";

export interface App {
  /** The answer to a request like one before, where it is known at once (hot.ts). */
  hot: Hot["answer"];
  fetch: (request: Request, peer?: Peer) => Promise<Response>;
}

/**
 * The whole service: its layers and its routes over the given ports. Routes, schemas and layers are loaded with the
 * first request that needs them, so that a process which only says that it lives starts fast.
 */
export function createApp(ports: Ports): App {
  const budget = createBudget(ports);
  ports.metrics.onExpose(() => exposeBudget(budget, ports.metrics));
  const parts = { ports, budget, cors: createCors(ports.config.CORS_ORIGINS), copies: createCopies(ports) };
  const respond = createResponder(parts);
  const recorder = createRecorder(ports);
  const hot = createHot(parts, respond, recorder);
  const services: Omit<Services, "gists"> = { ...parts, hot };
  let longWay: Promise<(request: Request, peer?: Peer) => Promise<Response>> | undefined;

  return {
    hot: hot.answer,
    async fetch(request, peer) {
      longWay ??= import("./long-way.ts").then(({ createLongWay }) => createLongWay(services, respond, recorder));
      return (await longWay)(request, peer);
    },
  };
}
