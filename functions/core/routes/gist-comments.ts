import { z } from "@hono/zod-openapi";
import { commentParams } from "../http/negotiate.ts";
import { comment, comments } from "./bodies.ts";
import { commentId, gistId, pageQuery } from "./params.ts";
import { defineResource } from "./definition.ts";

/** The examples name things that the stand-in has, so that tools which try them get answers. */
const commentedGistId = gistId.openapi({ example: "aa5a315d61ae9438b18d00000000c045" });

export const gistComments = defineResource({
  path: "/gists/{gist_id}/comments",
  operationId: "listGistComments",
  summary: "Comments on a gist",
  documentation: "https://docs.github.com/rest/gists/comments#list-gist-comments",
  params: z.object({ gist_id: commentedGistId }),
  query: pageQuery,
  body: comments,
  media: commentParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "comments"],
});

export const gistComment = defineResource({
  path: "/gists/{gist_id}/comments/{comment_id}",
  operationId: "getGistComment",
  summary: "One comment on a gist",
  documentation: "https://docs.github.com/rest/gists/comments#get-a-gist-comment",
  params: z.object({ gist_id: commentedGistId, comment_id: commentId }),
  query: z.object({}),
  body: comment,
  media: commentParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "comments", String(params.comment_id)],
});
