import { startChild } from "./child.ts";
import type { Env, Target } from "./start-target.ts";

/** Starts the built Node server as a process of its own. */
export async function startNode(env: Env): Promise<Target> {
  const child = await startChild("dist/node/server.js", env);
  return {
    url: `http://127.0.0.1:${child.port}`,
    logs: child.lines,
    process: { kill: child.kill, exited: child.exited },
    stop: child.stop,
  };
}
