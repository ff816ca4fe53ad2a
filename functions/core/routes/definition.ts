import type { z } from "@hono/zod-openapi";
import type { Query } from "../cache/key.ts";
import type { AppContext } from "../context.ts";
import type { MediaParam } from "../http/negotiate.ts";
import type { Responder } from "../serving/responder.ts";
import type { Services } from "./services.ts";
import type { Wanted } from "./wanted.ts";

/** Query parameters that become part of a resource's key. */
export type QuerySchema = z.ZodObject<Record<string, z.ZodType<Query[string]>>>;

/** One resource of GitHub's as this service offers it: schema, documentation and mapping in one place. */
export interface ResourceDefinition<P extends z.ZodObject = z.ZodObject, Q extends QuerySchema = QuerySchema> {
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
  /** Path segments at GitHub, from validated parameters; in lower case if GitHub ignores case. */
  // A method, so that definitions with different parameters go into one list.
  segments(params: z.output<P>): string[];
  /** True if its purge takes all that belongs to the gist or the user (cache/tags.ts). */
  isWhole?: boolean;
  /** Serves another form of the resource if the request asks for one. */
  otherForm?: OtherForm;
  /** The media types of the other forms, for the document. */
  otherTypes?: readonly string[];
}

/** Responds in another form of a resource; undefined if the request asks for none. */
export type OtherForm = (
  definition: ResourceDefinition,
  c: AppContext,
  wanted: Wanted,
  services: Services,
  respond: Responder,
) => Promise<Response> | undefined;
