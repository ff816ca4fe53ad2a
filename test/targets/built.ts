import { buildIfNeeded, containerStart } from "../../harness/built.mjs";

/** vitest's globalSetup of projects that start built bundles: dist/ is not older than its sources. */
export default function setup() {
  buildIfNeeded();
  // Makes the snapshot if it is missing; files that run at once would each make it.
  containerStart();
}
