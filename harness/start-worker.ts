import { Miniflare } from "miniflare";
import type { Env, Target } from "./target.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { readWorkerModules } from "./worker-modules.ts";

/** Starts the built Worker in workerd, through miniflare. */
export async function startWorker(env: Env, { main, options }: WorkerConfig): Promise<Target> {
  const lines: string[] = [];
  const miniflare = new Miniflare({
    ...options,
    modules: await readWorkerModules(main),
    bindings: { ...(options["bindings"] as Env | undefined), ...env },
    host: "127.0.0.1",
    port: 0,
    handleStructuredLogs: ({ message }: { message: string }) => void lines.push(message),
  });
  const url = await miniflare.ready;
  return { url: url.origin, logs: () => [...lines], stop: () => miniflare.dispose() };
}
