import { buildIfNeeded } from "../../../harness/built.mjs";

/** vitest's globalSetup: builds where needed. */
export default function setUp() {
  buildIfNeeded();
}
