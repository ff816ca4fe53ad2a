import type { z } from "@hono/zod-openapi";
import type { Query } from "../cache/key.ts";
import type { Representation } from "../http/negotiate.ts";
import type { requestHeaders } from "./params.ts";

/** A validated request for a resource. */
export interface Wanted {
  params: Record<string, unknown>;
  query?: Query;
  /** Not needed with `representation`. */
  headers?: z.output<typeof requestHeaders>;
  /** Instead of the request's own field `Accept`: another form is made of GitHub's JSON. */
  accept?: string;
  /** The form of the resource if the request does not choose it. */
  representation?: Representation;
}
