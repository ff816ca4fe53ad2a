import { buildIfNeeded } from "../../../harness/built.mjs";

/** vitest's globalSetup: builds if needed. */
export default function setUp() {
  buildIfNeeded();
}
