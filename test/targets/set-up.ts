import type { TestProject } from "vitest/node";
import "./provided.ts";
import { startStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import type { Runtime } from "../../harness/target.ts";
import type { WorkerConfig } from "../../harness/worker-config.ts";
import prepare from "./built.ts";
import { lend } from "./lend.ts";

/** Gives a project's tests their runtime, and an instance to each vitest worker that asks for one. */
export async function setUp(project: TestProject, runtime: Runtime, worker: WorkerConfig | undefined) {
  prepare();
  const lender = await lend(async () => {
    const standIn = await startStandIn();
    const target = await startTarget({ runtime, github: standIn.url, worker }).catch(async (error: unknown) => {
      await standIn.stop();
      throw error;
    });
    return {
      base: target.url,
      github: standIn.url,
      stop: async () => {
        await target.stop();
        await standIn.stop();
      },
    };
  });
  project.provide("lender", lender.port);
  project.provide("runtime", runtime);
  project.provide("worker", worker);
  return lender.stop;
}
