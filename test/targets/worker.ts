import type { TestProject } from "vitest/node";
import { setUp } from "./set-up.ts";
import { readWorkerConfig } from "../../harness/worker-config.ts";

/** vitest's globalSetup of the project that runs the contract suite on the built Worker in workerd. */
export default async function setup(project: TestProject) {
  return setUp(project, "worker", await readWorkerConfig());
}
