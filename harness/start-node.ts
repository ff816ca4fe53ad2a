import { containerStart } from "./built.mjs";
import { startChild } from "./child.ts";
import type { Env, Target } from "./target.ts";

/** Starts the built Node server as a separate process, from a snapshot as in the container. */
export async function startNode(env: Env): Promise<Target> {
  const { args } = containerStart();
  const child = await startChild(args, env);
  return {
    url: `http://127.0.0.1:${child.port}`,
    logs: child.lines,
    process: { kill: child.kill, exited: child.exited },
    stop: child.stop,
  };
}
