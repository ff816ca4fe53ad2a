import { createApp } from "../../functions/core/app.ts";
import { build } from "../../functions/core/config/build.ts";
import { toConfig } from "../../functions/core/config/config.ts";
import { createFastPath } from "../../functions/core/serving/fast-path.ts";
import { createMetrics } from "../../functions/core/telemetry/metrics.ts";
import { createStore } from "../../functions/core/cache/store/create.ts";
import { createSyntheticGitHub } from "./github.mjs";

/** GitHub's calls are paced for each token (800 a minute). With enough tokens the pace is not measured. */
const tokens = Array.from({ length: 16 }, (_, n) => `good-soak-${n}`).join(",");

/** The real core with a clock that is stepped by hand and a GitHub in the same process. */
export async function createCore({ env = {}, size } = {}) {
  let time = Date.UTC(2026, 0, 1);
  const now = () => time;
  const config = toConfig({ GITHUB_TOKEN: tokens, UPSTREAM_RETRIES: "0", ...env });
  const metrics = createMetrics(build);
  const log = () => undefined;
  const github = createSyntheticGitHub({ now, size });
  const behind = [];
  const app = createApp(
    {
      config,
      build,
      fetch: github.fetch,
      store: await createStore({ config, now, log, metrics }, undefined),
      now,
      elapsed: now,
      sleep: async () => undefined,
      random: () => 0.5,
      waitUntil: (work) => behind.push(work),
      metrics,
      log,
      isReady: () => true,
      asset: async () => undefined,
    },
    createFastPath,
  );

  return {
    config,
    calls: github.calls,
    now,
    step(ms) {
      time += ms;
    },
    /** Requests a key, and waits for the background work too. @returns the Cache-Status */
    async ask(n) {
      const response = await app.fetch(new Request(`https://soak.example/users/synthetic-${n}/gists`));
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`key ${n}: ${response.status}`);
      if (behind.length > 0) await Promise.all(behind.splice(0));
      return response.headers.get("cache-status");
    },
    /** The store's own figures. */
    async held() {
      const { body } = await metrics.expose(undefined);
      const gauge = (name) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(body)?.[1]);
      return { entries: gauge("cache_entries"), bytes: gauge("cache_size_bytes") };
    },
  };
}
