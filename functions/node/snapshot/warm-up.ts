import { createApp } from "../../core/app.ts";
import { build } from "../../core/config/build.ts";
import { parseConfig } from "../../core/config/parser.ts";
import { createLog } from "../../core/telemetry/log.ts";
import { createFastPath } from "../../core/serving/fast-path.ts";
import { createMetrics } from "../../core/telemetry/metrics.ts";
import { createStore } from "../../core/cache/store/create.ts";
import { nodeSettings } from "../config.ts";

/**
 * Runs once, while a startup snapshot is built, the code of every start and of a first request. The code that V8
 * compiles for it stays in the snapshot. The environment and the objects created here do not.
 */
export async function warmUp(): Promise<void> {
  // Every net.Server asks the cluster module whether it is to listen itself.
  process.getBuiltinModule("node:cluster");
  const config = parseConfig(nodeSettings, {});
  const metrics = createMetrics(build);
  const log = (): void => undefined;
  // Fixed, so that the snapshot does not depend on the time of its build.
  const now = (): number => 0;
  createLog(config.LOG_LEVEL, log, now)("info", "listening");
  const app = createApp(
    {
      config,
      build,
      fetch: () => Promise.resolve(Response.json([])),
      store: createStore({ config, now, log, metrics }),
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
