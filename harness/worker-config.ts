import { join } from "node:path";
import { root } from "./child.ts";

/** The Worker as wrangler.toml describes it, so that its facts have one source. */
export interface WorkerConfig {
  /** The main file of the bundle. */
  main: string;
  /** Miniflare's options: compatibility date and flags, bindings, assets. */
  options: Record<string, unknown>;
}

/** Reads wrangler.toml with wrangler itself (about 1 s: do it once a run), without the .dev.vars and .env beside it. */
export async function readWorkerConfig(): Promise<WorkerConfig> {
  const { unstable_getMiniflareWorkerOptions: toOptions, unstable_readConfig: read } = await import("wrangler");
  const config = read({ config: `${root}wrangler.toml` });
  // Tests and the demo must not see a developer's token: wrangler looks for such files beside this path.
  const elsewhere = join(root, "harness/wrangler.toml");
  const { main, workerOptions } = toOptions({ ...config, userConfigPath: elsewhere });
  if (main === undefined) throw new Error("wrangler.toml names no main");
  // readWorkerModules reads all files.
  const { modulesRules: _rules, ...options } = workerOptions as Record<string, unknown>;
  return { main, options };
}
