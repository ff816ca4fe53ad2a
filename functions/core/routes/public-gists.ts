import { z } from "@hono/zod-openapi";
import { gistParams } from "../http/negotiate.ts";
import { gists } from "./bodies.ts";
import { listQuery } from "./params.ts";
import { defineResource } from "./resource.ts";
import { documented } from "./responses.ts";

export const publicGists = defineResource({
  path: "/gists/public",
  params: z.object({}),
  query: listQuery,
  media: gistParams,
  segments: () => ["gists", "public"],
  ...documented({
    operationId: "listPublicGists",
    summary: "Public gists of everyone, the last updated first",
    documentation: "https://docs.github.com/rest/gists/gists#list-public-gists",
    body: gists,
  }),
});
