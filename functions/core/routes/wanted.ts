import type { z } from "@hono/zod-openapi";
import type { Query } from "../cache/key.ts";
import type { requestHeaders } from "./params.ts";

/** A validated request for a resource. */
export interface Wanted {
  params: Record<string, unknown>;
  query?: Query;
  headers: z.output<typeof requestHeaders>;
  /** Instead of the request's own field `Accept`: another form is made of GitHub's JSON. */
  accept?: string;
}
