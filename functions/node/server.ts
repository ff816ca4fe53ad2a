import type { IncomingMessage, Server } from "node:http";
import { fileURLToPath } from "node:url";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "../core/app.ts";
import { build } from "../core/build.ts";
import { ConfigError, parseSettings } from "../core/config.ts";
import { createLog } from "../core/log.ts";
import { createMetrics } from "../core/metrics.ts";
import { createMemoryStore } from "../core/stores/memory.ts";
import { createAssets } from "./assets.ts";
import { drain } from "./drain.ts";
import { nodeSettings } from "./settings.ts";
import { createTrust } from "./trust.ts";

/** The container's entry: wiring only. */
function main(): void {
  const config = parseSettings(nodeSettings, process.env);
  const log = createLog(config.LOG_LEVEL, (line) => process.stdout.write(`${line}\n`), Date.now);
  const isTrusted = createTrust(config.TRUSTED_PROXIES);
  let ready = false;

  const app = createApp({
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
    waitUntil: () => undefined,
    metrics: createMetrics(build),
    log,
    isReady: () => ready,
    asset: createAssets(fileURLToPath(new URL("../web/", import.meta.url))),
  });

  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: (request: Request, env: { incoming: IncomingMessage }) =>
      app.fetch(request, {
        trusted: isTrusted(env.incoming.socket.remoteAddress),
        ...(env.incoming.url !== undefined && { rawTarget: env.incoming.url }),
      }),
  } as Parameters<typeof createAdaptorServer>[0]) as Server;

  server.on("error", (error) => {
    log("error", "cannot listen", { reason: error.message });
    process.exitCode = 1;
  });
  server.listen(config.PORT, config.HOST, () => {
    ready = true;
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : config.PORT;
    log("info", "listening", { port, version: build.version, commit: build.commit });
  });

  async function stop(signal: string): Promise<void> {
    if (!ready) return;
    ready = false;
    log("info", "draining", { signal });
    await drain(server, config.SHUTDOWN_GRACE_MS);
    log("info", "stopped");
    process.exit(0);
  }
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`edge-gists: wrong settings: ${error.message}\n`);
  process.exitCode = 1;
}
