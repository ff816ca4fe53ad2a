import type { z } from "@hono/zod-openapi";
import type { MediaParam } from "../http/negotiate.ts";

/** One of GitHub's resources as this service offers it: schema, documentation and mapping in one place. */
export interface ResourceDefinition<P extends z.ZodObject, Q extends z.ZodObject> {
  /** Template of the path, such as `/gists/{gist_id}`. */
  path: string;
  operationId: string;
  summary: string;
  /** GitHub's own documentation of the resource. */
  documentation: string;
  params: P;
  query: Q;
  body: z.ZodType;
  /** The media type parameters that the resource has. */
  media: readonly MediaParam[];
  /** Path segments at GitHub, from validated parameters; case-folded where GitHub ignores case. */
  segments: (params: z.output<P>) => string[];
}

/** Types a definition by its own schemas. */
export function defineResource<P extends z.ZodObject, Q extends z.ZodObject>(
  definition: ResourceDefinition<P, Q>,
): ResourceDefinition<P, Q> {
  return definition;
}
