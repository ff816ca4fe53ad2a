import type { Fetch } from "../model.ts";
import type { FastPath } from "../serving/fast-path.ts";
import type { Parts } from "../serving/parts.ts";

/** What routes work with. */
export interface Services extends Parts {
  /** The composed layers. */
  gists: Fetch;
  fastPath: FastPath;
}
