import { z } from "@hono/zod-openapi";
import { commentParams } from "../http/negotiate.ts";
import { comment, comments } from "./bodies.ts";
import { commentId, gistId, pageQuery } from "./params.ts";
import { defineResource } from "./resource.ts";
import { documented } from "./responses.ts";

/** The examples name resources that the stand-in has, so that tools which try them get responses. */
const commentedGistId = gistId.openapi(documented({ example: "aa5a315d61ae9438b18d00000000c045" }));

export const gistComments = defineResource({
  path: "/gists/{gist_id}/comments",
  params: z.object({ gist_id: commentedGistId }),
  query: pageQuery,
  media: commentParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "comments"],
  ...documented({
    operationId: "listGistComments",
    summary: "Comments on a gist",
    documentation: "https://docs.github.com/rest/gists/comments#list-gist-comments",
    body: comments,
  }),
});

export const gistComment = defineResource({
  path: "/gists/{gist_id}/comments/{comment_id}",
  params: z.object({ gist_id: commentedGistId, comment_id: commentId }),
  query: z.object({}),
  media: commentParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "comments", String(params.comment_id)],
  ...documented({
    operationId: "getGistComment",
    summary: "One comment on a gist",
    documentation: "https://docs.github.com/rest/gists/comments#get-a-gist-comment",
    body: comment,
  }),
});
