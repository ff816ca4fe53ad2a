import { unfreezeClock } from "./snapshot/freeze-clock.ts";
import "./snapshot/fetch-globals.ts";
import { setFlagsFromString, startupSnapshot } from "node:v8";
import { warmUp } from "./snapshot/warm-up.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createApp } from "../core/app.ts";
import { build } from "../core/config/build.ts";
import { parseConfig } from "../core/config/parser.ts";
import { findUnknown } from "../core/config/unknown-settings.ts";
import { createFastPath } from "../core/serving/fast-path.ts";
import { createMetrics } from "../core/telemetry/metrics.ts";
import { createStore } from "../core/cache/store/create.ts";
import { telemetrySettings, toTelemetryConfig } from "../core/telemetry/otel/config.ts";
import { wantsTracing } from "../core/telemetry/otel/enabled.ts";
import { createAssets } from "./assets.ts";
import { compress } from "./compress.ts";
import { createConnections } from "./http/connections.ts";
import { drain } from "./http/drain.ts";
import { createNodeFetch } from "./fetch.ts";
import { certificateSettings } from "./telemetry/certificates.ts";
import { createNodeLog } from "./telemetry/log.ts";
import { createPending } from "./pending.ts";
import { createSending } from "./http/sending.ts";
import { nodeSettings, wantsRedis } from "./config.ts";
import { createNodeCredentials } from "./credentials.ts";
import { createTrustedProxies } from "./http/trusted-proxies.ts";
import { linkStatus, statusDocument } from "./status-page.ts";
import { watchUncaught } from "./uncaught.ts";

/**
 * The container's wiring. Optional parts are loaded on demand: a cold start takes longer with every module that it
 * loads.
 */
async function start(): Promise<void> {
  const config = parseConfig(nodeSettings, process.env);
  const metrics = createMetrics(build);
  const { log, exit } = createNodeLog(config.LOG_LEVEL, (count) => metrics.add("log_lines_lost_total", {}, count));
  const isTrusted = createTrustedProxies(config.TRUSTED_PROXIES);
  const pending = createPending();
  let ready = false;
  let stopping = false;

  const redis = wantsRedis(config) ? await import("./redis/redis.ts") : undefined;
  const sharing = await redis?.createRedisSharing(redis.toRedisOptions(config), metrics);
  const telemetry = wantsTracing(process.env) ? toTelemetryConfig(process.env, log) : undefined;
  const tracing =
    telemetry && (await import("./telemetry/tracing.ts")).createNodeTracing(telemetry, process.env, build, log);

  const elapsed = (): number => performance.now();
  const asset = createAssets(fileURLToPath(new URL("../web/", import.meta.url)));
  const sending = createSending({
    maxBytes: config.SEND_MAX_BYTES,
    timeout: config.SEND_TIMEOUT_MS,
    elapsed,
    metrics,
    log,
  });

  const life = {
    now: Date.now,
    sleep: (ms: number) => sleep(ms),
    random: Math.random,
    waitUntil: pending.add,
  };
  const outside = { ...life, config, build, metrics, log, fetch: createNodeFetch() };
  const { credentials, close } = await createNodeCredentials(outside, sharing);
  const fleet = sharing && redis?.createRedisFleet(sharing, { config, log, metrics, ...life });
  const app = createApp(
    {
      ...outside,
      credentials,
      store: createStore({ config, now: Date.now, log, metrics }, sharing),
      ...(fleet && { fleet }),
      elapsed,
      admits: sending.admits,
      toBody: (body) => sending.toBody(body),
      toStream: sending.toStream,
      ...(tracing && { tracing }),
      ...(config.COMPRESSION === "on" && { compress }),
      isReady: () => ready,
      ...(config.STATUS_PAGE === "on" ? { asset: linkStatus(asset), documents: statusDocument } : { asset }),
    },
    createFastPath,
  );

  let observed: Promise<void> | undefined;
  /** Starts the metrics of the process itself: after the cold start, or at the first scrape. */
  function observeProcess(): Promise<void> {
    observed ??= import("./telemetry/process-metrics.ts").then(({ createProcessMetrics }) =>
      metrics.adopt(createProcessMetrics()),
    );
    return observed;
  }
  metrics.onExpose(observeProcess);

  // Loads the modules that need node:http, which a snapshot cannot contain.
  const server = (await import("./http/server.ts")).serve(app, isTrusted, sending, config);

  const connections = createConnections(server, {
    max: config.MAX_CONNECTIONS,
    onCut: () => metrics.add("http_connections_cut_total", {}),
  });
  metrics.onExpose(() => metrics.set("http_connections", {}, connections.count()));
  const fail = (error: Error): void => {
    log("error", "cannot listen", { reason: error.message });
    exit(1);
  };
  server.on("error", fail);
  const metricsServer =
    config.METRICS_PORT === 0
      ? undefined
      : (await import("./telemetry/metrics-server.ts"))
          .serveMetrics(metrics, config.METRICS_PORT, config.HOST)
          .on("error", fail);
  server.listen(config.PORT, config.HOST, () => {
    ready = true;
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : config.PORT;
    log("info", "listening", { port, version: build.version, commit: build.commit });
    if (config.PUBLIC_URL === undefined && config.PUBLIC_HOSTS.length === 0) log("info", "no public address");
    setTimeout(() => {
      void observeProcess();
      const settings = { ...nodeSettings, ...telemetrySettings, ...certificateSettings };
      for (const unknown of findUnknown(process.env, Object.keys(settings))) log("warn", "unknown setting", unknown);
    }, afterStart).unref();
  });

  async function stop(signal: string | undefined, code: number): Promise<void> {
    if (stopping) return;
    stopping = true;
    ready = false;
    log("info", "draining", { signal });
    await Promise.race([
      drain(server, connections, config.SHUTDOWN_GRACE_MS).then(pending.done),
      sleep(config.SHUTDOWN_GRACE_MS + 1000),
    ]);
    await Promise.race([tracing?.shutdown(), sleep(flushGrace)]);
    sharing?.close();
    close();
    metricsServer?.close();
    log("info", "stopped");
    exit(code);
  }
  process.on("SIGTERM", (signal) => stop(signal, 0));
  process.on("SIGINT", (signal) => stop(signal, 0));
  watchUncaught({ log, metrics, end: () => stop(undefined, 1) });
}

/** Time after which a cold start is over and no request waits for the modules that are loaded then, in milliseconds. */
const afterStart = 250;

/** Timeout for the export of the last spans, in milliseconds. */
const flushGrace = 3000;

/** Serves until a signal ends it. Reports invalid settings. */
function main(): void {
  start().catch((error: unknown) => {
    // By its name: parts that are loaded on demand have a class of their own.
    if (!(error instanceof Error && error.name === "ConfigError")) throw error;
    process.stderr.write(`edge-gists: wrong settings: ${error.message}\n`);
    process.exitCode = 1;
  });
}

// The container starts from a snapshot of V8's heap, made after all modules are loaded and before any setting is read.
// https://nodejs.org/api/v8.html#startup-snapshot-api
if (startupSnapshot.isBuildingSnapshot()) {
  void warmUp().then(unfreezeClock);
  // build/image/snapshot.mjs fixes the seed of hashes, so that the same source gives the same snapshot. V8 discards
  // code that was compiled with other flags than those of the run; every start has its own seed.
  startupSnapshot.addSerializeCallback(() => setFlagsFromString("--hash-seed=0"));
  // Node keeps the builder's process ID in the snapshot, and puts each start's own in its place.
  startupSnapshot.addSerializeCallback(() => Object.defineProperty(process, "pid", { value: 1, configurable: true }));
  startupSnapshot.setDeserializeMainFunction(main);
} else main();
