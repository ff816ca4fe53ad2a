import type { TestProject } from "vitest/node";
import { setUp } from "./set-up.ts";

/** vitest's globalSetup of the project that runs the contract suite on the built Node server. */
export default function setup(project: TestProject) {
  return setUp(project, "node", undefined);
}
