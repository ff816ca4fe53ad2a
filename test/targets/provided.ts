import type { Runtime } from "../../harness/target.ts";
import type { WorkerConfig } from "../../harness/worker-config.ts";

/** The values that a target's globalSetup provides to every test file of its project. */
declare module "vitest" {
  interface ProvidedContext {
    /** Port of what starts instances (lend.ts); undefined behind a gateway, which has a running one. */
    lender: number | undefined;
    /** Behind a gateway: origin of the instance. */
    base: string;
    /** Behind a gateway: origin of the instance's GitHub stand-in. */
    github: string;
    runtime: Runtime;
    worker: WorkerConfig | undefined;
  }
}
