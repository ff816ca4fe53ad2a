import { z } from "@hono/zod-openapi";
import { gistParams } from "../http/negotiate.ts";
import { gists } from "./bodies.ts";
import { atomType, feedByAccept } from "./feed.ts";
import { listQuery } from "./params.ts";
import { defineResource } from "./resource.ts";
import { documented } from "./responses.ts";

export const publicGists = defineResource({
  path: "/gists/public",
  params: z.object({}),
  query: listQuery,
  media: gistParams,
  segments: () => ["gists", "public"],
  otherForm: feedByAccept,
  ...documented({
    operationId: "listPublicGists",
    summary: "Public gists of everyone, the last updated first",
    documentation: "https://docs.github.com/rest/gists/gists#list-public-gists",
    body: gists,
    otherTypes: [atomType],
  }),
});

/**
 * GitHub's address of one's own gists. For a client without a token it lists public ones, and this service passes on no
 * client's token.
 */
export const anonymousGists = defineResource({
  ...publicGists,
  path: "/gists",
  ...documented({
    operationId: "listGists",
    summary: "Public gists of everyone, at the address for clients without a token",
    documentation: "https://docs.github.com/rest/gists/gists#list-gists-for-the-authenticated-user",
    body: gists,
    otherTypes: [atomType],
  }),
});
