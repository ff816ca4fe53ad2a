import { waitUntil } from "cloudflare:workers";
import { type App, createApp } from "../core/app.ts";
import { build } from "../core/build.ts";
import { ConfigError, toConfig } from "../core/config.ts";
import { createLog } from "../core/log.ts";
import { createMetrics } from "../core/metrics.ts";
import { createMemoryStore } from "../core/stores/memory.ts";
import { createAssets } from "./assets.ts";
import type { Env } from "./env.ts";

/** One app for each isolate, made at its first request: bindings are not known before. */
let app: App | undefined;

function start(env: Env): App {
  const config = toConfig(env);
  return createApp({
    config,
    build,
    fetch: (request, init) => fetch(request, init),
    store: createMemoryStore({
      maxEntries: config.CACHE_MAX_ENTRIES,
      maxBytes: config.CACHE_MAX_BYTES,
      now: Date.now,
    }),
    now: Date.now,
    elapsed: () => performance.now(),
    random: Math.random,
    waitUntil,
    metrics: createMetrics(build),
    log: createLog(config.LOG_LEVEL, (line) => console.log(line), Date.now),
    isReady: () => true,
    asset: createAssets(env.ASSETS),
  });
}

/** Cloudflare's entry: wiring only. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      app ??= start(env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      console.error(JSON.stringify({ level: "error", msg: "wrong settings", reason: error.message }));
      return Response.json({ message: "The service is not configured", status: "500" }, { status: 500 });
    }
    return app.fetch(request);
  },
};
