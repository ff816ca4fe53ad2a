import { waitUntil } from "cloudflare:workers";
import { type App, createApp } from "../core/app.ts";
import { build } from "../core/config/build.ts";
import { ConfigError, parseConfig } from "../core/config/parser.ts";
import { loadApp } from "../core/github/app/load.ts";
import { createCredentials } from "../core/github/credentials.ts";
import { createLog } from "../core/telemetry/log.ts";
import { createMetrics } from "../core/telemetry/metrics.ts";
import { toWebResponse } from "../core/http/raw.ts";
import { healthPath } from "../core/routes/health-response.ts";
import { createStore, loadSharedTier } from "../core/cache/store/create.ts";
import type { Tracing } from "../core/telemetry/trace.ts";
import { wantsTracing } from "../core/telemetry/otel/enabled.ts";
import { createAssets } from "./assets.ts";
import { workerSettings } from "./config.ts";
import type { Env } from "./env.ts";
import { toStream } from "./stream.ts";

// Classes of Durable Objects are exported by the main module.
export { KeyTurn } from "./objects/key-turn.ts";
export { TokenBudget } from "./objects/token-budget.ts";

interface Started {
  app: App;
  tracing: Tracing | undefined;
}

/** One app for each isolate, created at its first request: bindings are not known earlier. */
let started: Started | undefined;

/** Variables that are not settings of the core. Objects are bindings of other kinds. */
function findOthers(env: Env): string[] {
  return Object.keys(env).filter((name) => typeof env[name] !== "object" && !(name in workerSettings));
}

/** The code that these bindings need and that is loaded on demand. */
async function load(env: Env) {
  const hasOthers = findOthers(env).length > 0;
  const config = parseConfig(workerSettings, env);
  const isShared = env.CACHE || env.KEY_TURN || env["CACHE_API_NAME"];
  const [githubApp, tier, sharing, fleet, otel, unknown, tracing] = await Promise.all([
    loadApp(config),
    isShared ? loadSharedTier() : undefined,
    isShared ? import("./sharing.ts") : undefined,
    env.TOKEN_BUDGET ? import("./objects/fleet.ts") : undefined,
    hasOthers ? import("../core/telemetry/otel/config.ts") : undefined,
    hasOthers ? import("../core/config/unknown-settings.ts") : undefined,
    wantsTracing(env) ? import("./tracing.ts") : undefined,
  ]);
  return {
    config,
    githubApp,
    sharing: tier && sharing && { tier, ...sharing },
    fleet,
    others: otel && unknown && { ...otel, ...unknown },
    tracing: otel && tracing && { ...otel, ...tracing },
  };
}

/** Never waits, so that requests which arrive together at a new isolate get one app. */
function start(env: Env, code: Awaited<ReturnType<typeof load>>, { url }: Request): Started {
  const { config, githubApp } = code;
  const log = createLog(config.LOG_LEVEL, (line) => console.log(line), Date.now);
  if (code.others) {
    const known = Object.keys({ ...workerSettings, ...code.others.telemetrySettings });
    for (const setting of findOthers(env)) {
      const nearest = code.others.findNearest(setting, known);
      // Many variables of OpenTelemetry are for other programs.
      if (nearest !== undefined || !setting.startsWith("OTEL_")) log("warn", "unknown setting", { setting, nearest });
    }
  }
  const metrics = createMetrics(build, "isolate");
  const telemetry = code.tracing?.toTelemetryConfig(env, log);
  const tracing = telemetry && code.tracing?.createWorkerTracing(telemetry, build, log);
  const { CACHE_API_NAME: name } = config;
  const sharing = code.sharing?.createWorkerSharing({
    env,
    ...(name !== undefined && {
      // One for both schemes and all ports of a host.
      cacheApi: { open: () => caches.open(name), origin: `https://${new URL(config.PUBLIC_URL ?? url).hostname}` },
    }),
    waitMs: config.SHARED_CACHE_WAIT_MS,
    waitUntil,
  });
  const life = {
    now: Date.now,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    // Background work has spans too; without this, workerd would end before they are exported.
    waitUntil: tracing ? (work: Promise<unknown>) => waitUntil(work.finally(() => tracing.flush())) : waitUntil,
    metrics,
    log,
  };
  const outside = {
    ...life,
    config,
    build,
    fetch: (request: string, init?: RequestInit) => fetch(request, init),
  };
  // Only KV keeps what is not an entry.
  const shared = env.CACHE && sharing;
  const installations = githubApp?.createAppCredentials(outside, githubApp.key, shared).installations;
  const fleet = env.TOKEN_BUDGET && code.fleet?.createObjectFleet(env.TOKEN_BUDGET, { config, ...life, waitUntil });
  const app = createApp({
    ...outside,
    credentials: createCredentials(config.GITHUB_TOKEN, installations),
    store: createStore(
      { config, now: Date.now, log, metrics },
      sharing && code.sharing && { ...sharing, code: code.sharing.tier },
    ),
    ...(fleet && { fleet }),
    elapsed: () => performance.now(),
    ...(tracing && { tracing }),
    isReady: () => true,
    asset: createAssets(env.ASSETS),
    toStream,
  });
  return { app, tracing };
}

/** The health response, without any modules that must be loaded first. */
function toHealthResponse(app: App, request: Request): Response | undefined {
  const { method, headers, url } = request;
  const target = url.slice(url.indexOf("/", 8));
  if (target !== healthPath) return undefined;
  const response = app.fastPath({ method, target, get: (name) => headers.get(name), peer: { trusted: false } });
  return response && toWebResponse(response, response.body);
}

/** Cloudflare's entry: wiring only. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      if (!started) {
        const code = await load(env);
        started ??= start(env, code, request);
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      createLog("error", (line) => console.error(line), Date.now)("error", "wrong settings", { reason: error.message });
      return Response.json({ message: "The service is not configured", status: "500" }, { status: 500 });
    }
    const { app, tracing } = started;
    const health = toHealthResponse(app, request);
    if (health) return health;
    // https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-connecting-ip
    const client = request.headers.get("cf-connecting-ip");
    const response = await app.fetch(request, { trusted: false, routed: true, ...(client !== null && { client }) });
    if (tracing) waitUntil(tracing.flush());
    return response;
  },
};
