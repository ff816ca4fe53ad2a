import type { Fetch } from "../model.ts";
import type { FastPath } from "../serving/fast-path.ts";
import type { Parts } from "../serving/parts.ts";

/** The dependencies of routes. */
export interface Services extends Parts {
  /** The composed layers. */
  gists: Fetch;
  fastPath: FastPath;
}
