import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "./client.ts";
import type { Command } from "./command.ts";
import { type Pod, toPods } from "./pods.ts";
import type { Context } from "./stage.ts";
import { caFile } from "./stages/apply.ts";
import { until } from "./until.ts";

/** Keeps the service from scaling to zero while a stage observes its pods; the returned function ends that. */
export function keepWarm({ settings }: Pick<Context, "settings">): () => void {
  const client = createClient(settings, caFile(settings.folder));
  const end = new AbortController();
  const ask = async () => {
    while (!end.signal.aborted) {
      await client.ask("/health").catch(() => undefined);
      await sleep(2000);
    }
    client.close();
  };
  void ask();
  return () => end.abort();
}

/** A ready pod of the service. */
export function readyPod({ run }: Pick<Context, "run">, pods: Command): Promise<Pod> {
  return until("a pod of the service", 60, async () =>
    toPods(await run(pods)).find(({ isReady, isEnding, ip }) => isReady && !isEnding && ip),
  );
}
