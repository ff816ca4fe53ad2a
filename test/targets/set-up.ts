import type { TestProject } from "vitest/node";
import "./provided.ts";
import { startStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import type { Runtime } from "../../harness/target.ts";
import type { WorkerConfig } from "../../harness/worker-config.ts";

/** Starts a project's stand-in and its shared instance; the returned function ends both, and nothing else. */
export async function setUp(project: TestProject, runtime: Runtime, worker: WorkerConfig | undefined) {
  const standIn = await startStandIn();
  const target = await startTarget({ runtime, github: standIn.url, worker }).catch(async (error: unknown) => {
    await standIn.stop();
    throw error;
  });
  project.provide("base", target.url);
  project.provide("github", standIn.url);
  project.provide("runtime", runtime);
  project.provide("worker", worker);
  return async () => {
    await target.stop();
    await standIn.stop();
  };
}
