import { startNode } from "./start-node.ts";
import { startWorker } from "./start-worker.ts";
import type { Env, Runtime, Target } from "./target.ts";
import type { WorkerConfig } from "./worker-config.ts";

export interface TargetOptions {
  runtime: Runtime;
  /** Origin of the GitHub stand-in. */
  github: string;
  /** Settings over the defaults; an empty string unsets one (such as `GITHUB_TOKEN`). */
  env?: Env;
  /** The content of wrangler.toml: needed for the Worker only. */
  worker?: WorkerConfig | undefined;
}

/** The token of every instance without its own: the stand-in accepts those that begin with `good-`. */
export const defaultToken = "good-contract-3f9a1c";

/** Starts a built bundle on its runtime, with the stand-in as its GitHub. */
export async function startTarget(options: TargetOptions): Promise<Target> {
  const env = {
    GITHUB_API_URL: options.github,
    GITHUB_RAW_URL: options.github,
    GITHUB_TOKEN: defaultToken,
    ...options.env,
  };
  if (options.runtime === "gateway") throw new Error("nothing can be started behind a gateway");
  if (options.runtime === "node") return startNode(env);
  if (options.worker === undefined) throw new Error("starting a Worker needs what wrangler.toml says");
  return startWorker(env, options.worker);
}
