import type { IncomingMessage, Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "../core/app.ts";
import { build } from "../core/build.ts";
import { ConfigError, parseSettings } from "../core/config.ts";
import { createLog } from "../core/log.ts";
import { createMetrics } from "../core/metrics.ts";
import { createStore } from "../core/stores/create.ts";
import { createAssets } from "./assets.ts";
import { clientOf } from "./client.ts";
import { drain } from "./drain.ts";
import { createPending } from "./pending.ts";
import { nodeSettings } from "./settings.ts";
import { createTrust } from "./trust.ts";

/** The container's entry: wiring only. */
async function main(): Promise<void> {
  const config = parseSettings(nodeSettings, process.env);
  const log = createLog(config.LOG_LEVEL, (line) => process.stdout.write(`${line}\n`), Date.now);
  const metrics = createMetrics(build);
  const isTrusted = createTrust(config.TRUSTED_PROXIES);
  const pending = createPending();
  let ready = false;

  // Loaded where it is used only: the client costs a cold start some milliseconds.
  const sharing =
    config.REDIS_URL === undefined
      ? undefined
      : await import("./redis.ts").then(({ createRedisSharing }) =>
          createRedisSharing({ url: config.REDIS_URL!, timeout: config.SHARED_CACHE_TIMEOUT_MS }),
        );

  const app = createApp({
    config,
    build,
    fetch: (request, init) => fetch(request, init),
    store: createStore({ config, now: Date.now, log, metrics }, sharing).store,
    now: Date.now,
    elapsed: () => performance.now(),
    sleep: (ms) => sleep(ms),
    random: Math.random,
    waitUntil: pending.add,
    metrics,
    log,
    isReady: () => ready,
    asset: createAssets(fileURLToPath(new URL("../web/", import.meta.url))),
  });

  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: (request: Request, { incoming }: { incoming: IncomingMessage }) => {
      const client = clientOf(incoming, isTrusted);
      return app.fetch(request, {
        trusted: isTrusted(incoming.socket.remoteAddress),
        ...(client !== undefined && { client }),
        ...(incoming.url !== undefined && { rawTarget: incoming.url }),
      });
    },
  } as Parameters<typeof createAdaptorServer>[0]) as Server;

  server.on("error", (error) => {
    log("error", "cannot listen", { reason: error.message });
    process.exit(1);
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
    await Promise.race([
      drain(server, config.SHUTDOWN_GRACE_MS).then(pending.done),
      sleep(config.SHUTDOWN_GRACE_MS + 1000),
    ]);
    sharing?.close();
    log("info", "stopped");
    process.exit(0);
  }
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`edge-gists: wrong settings: ${error.message}\n`);
  process.exitCode = 1;
});
