import { z } from "@hono/zod-openapi";
import { gistParams } from "../http/negotiate.ts";
import { gists } from "./bodies.ts";
import { listQuery } from "./params.ts";
import { defineResource } from "./definition.ts";

export const publicGists = defineResource({
  path: "/gists/public",
  operationId: "listPublicGists",
  summary: "Public gists of everyone, the last updated first",
  documentation: "https://docs.github.com/rest/gists/gists#list-public-gists",
  params: z.object({}),
  query: listQuery,
  body: gists,
  media: gistParams,
  segments: () => ["gists", "public"],
});
