import type { TestProject } from "vitest/node";
import "./provided.ts";
import { buildIfNeeded } from "../../harness/built.mjs";

/**
 * vitest's globalSetup of the project that runs the contract suite through a gateway, on an instance that runs already:
 * `GATEWAY_URL`, with the origin of its stand-in's control in `GATEWAY_GITHUB_URL` (npm run e2e).
 */
export default function setup(project: TestProject) {
  const { GATEWAY_URL: base, GATEWAY_GITHUB_URL: github } = process.env;
  if (!base || !github) throw new Error("GATEWAY_URL and GATEWAY_GITHUB_URL: `npm run e2e` sets them");
  // The page's files are compared with those of dist/.
  buildIfNeeded();
  project.provide("base", base);
  project.provide("github", github);
  project.provide("runtime", "gateway");
  project.provide("worker", undefined);
}
