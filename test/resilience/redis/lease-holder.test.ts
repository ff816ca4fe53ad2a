import { describe, expect, onTestFinished, test } from "vitest";
import { standIn } from "../../contract/support/stand-in.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, startPods } from "../support/pods.ts";
import { startRedisProcess } from "../support/redis-process.ts";

const patience = 1000;

describe.runIf(hasRedis())("a process that dies while it asks GitHub", () => {
  test("delays the others by SHARED_CACHE_WAIT_MS at most", async () => {
    const redis = await startRedisProcess();
    onTestFinished(redis.stop);
    const cluster = await startPods(3, { REDIS_URL: redis.url, SHARED_CACHE_WAIT_MS: String(patience) });
    onTestFinished(cluster.stop);
    const [holder, ...others] = cluster.pods;
    const path = `/gists/${notable.revised}`;
    await standIn({ github: cluster.github }).fault({ kind: "hang", times: 1 });
    const lost = ask(`${holder!.url}${path}`).then(
      () => "answered",
      () => "lost",
    );
    await expect.poll(() => cluster.calls(path)).toBe(1);

    const waiting = others.map(({ url }) => ask(`${url}${path}`));
    holder!.process!.kill("SIGKILL");
    expect(await lost).toBe("lost");
    const seen = await Promise.all(waiting);
    for (const { status, took } of seen) {
      expect(status).toBe(200);
      expect(took, "others waited for it").toBeGreaterThan(patience / 2);
      expect(took, "and not for its lease's end, which is 11 s").toBeLessThan(patience + 2500);
    }
    // Out of patience, each may ask for itself.
    expect(await cluster.calls(path)).toBeLessThanOrEqual(1 + others.length);
  });
});
