import type { Runtime } from "../../harness/target.ts";
import type { WorkerConfig } from "../../harness/worker-config.ts";

/** The values that a target's globalSetup provides to every test file of its project. */
declare module "vitest" {
  interface ProvidedContext {
    /** Origin of the shared instance. */
    base: string;
    /** Origin of the shared instance's GitHub stand-in. */
    github: string;
    runtime: Runtime;
    worker: WorkerConfig | undefined;
  }
}
