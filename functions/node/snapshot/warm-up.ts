import { createApp } from "../../core/app.ts";
import { build } from "../../core/config/build.ts";
import { parseConfig } from "../../core/config/parser.ts";
import { createLog } from "../../core/telemetry/log.ts";
import { createFastPath } from "../../core/serving/fast-path.ts";
import { createMetrics } from "../../core/telemetry/metrics.ts";
import { createStore } from "../../core/cache/store/create.ts";
import { nodeSettings } from "../config.ts";

/**
 * Runs once, while a startup snapshot is built, what every start and a first request run: the code that V8 compiles for
 * it stays in the snapshot. Nothing of the environment, and nothing that is made here, does.
 */
export async function warmUp(): Promise<void> {
  // Every net.Server asks it whether it is to listen itself.
  process.getBuiltinModule("node:cluster");
  const config = parseConfig(nodeSettings, {});
  const metrics = createMetrics(build);
  const log = (): void => undefined;
  // The same snapshot, whenever it is built.
  const now = (): number => 0;
  createLog(config.LOG_LEVEL, log, now)("info", "listening");
  const app = createApp(
    {
      config,
      build,
      fetch: () => Promise.resolve(Response.json([])),
      store: await createStore({ config, now, log, metrics }, undefined),
      now,
      elapsed: now,
      sleep: () => Promise.resolve(),
      random: now,
      waitUntil: log,
      metrics,
      log,
      isReady: () => false,
      asset: () => Promise.resolve(undefined),
    },
    createFastPath,
  );
  app.fastPath({ method: "GET", target: "/health", get: () => null, peer: { trusted: false } });
  await import("../http/listener.ts");
  await app.fetch(new Request("http://localhost/users/octocat/gists"));
}
