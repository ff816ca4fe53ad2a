import { z } from "@hono/zod-openapi";
import { commentParams } from "../http/negotiate.ts";
import { comment, comments } from "./bodies.ts";
import { commentId, gistId, pageQuery } from "./params.ts";
import { defineResource } from "./resource.ts";

export const gistComments = defineResource({
  path: "/gists/{gist_id}/comments",
  operationId: "listGistComments",
  summary: "Comments on a gist",
  documentation: "https://docs.github.com/rest/gists/comments#list-gist-comments",
  params: z.object({ gist_id: gistId }),
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
  params: z.object({ gist_id: gistId, comment_id: commentId }),
  query: z.object({}),
  body: comment,
  media: commentParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "comments", String(params.comment_id)],
});
