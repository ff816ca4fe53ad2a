import { root } from "./child.ts";

/** The Worker as wrangler.toml describes it, so that each of its facts stands there alone. */
export interface WorkerConfig {
  /** The bundle's path. */
  main: string;
  /** Miniflare's options: compatibility date and flags, bindings, assets. */
  options: Record<string, unknown>;
}

/** Reads wrangler.toml with wrangler itself (about 1 s: do it once a run). */
export async function readWorkerConfig(): Promise<WorkerConfig> {
  const { unstable_getMiniflareWorkerOptions: read } = await import("wrangler");
  const { main, workerOptions } = read(`${root}wrangler.toml`);
  if (main === undefined) throw new Error("wrangler.toml names no main");
  // The bundle is whole: no rules for further modules.
  const { modulesRules: _rules, ...options } = workerOptions as Record<string, unknown>;
  return { main, options };
}
