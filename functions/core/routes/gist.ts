import { z } from "@hono/zod-openapi";
import { gistParams } from "../http/negotiate.ts";
import { gist as body } from "./bodies.ts";
import { gistId, sha } from "./params.ts";
import { defineResource } from "./resource.ts";
import { documented } from "./responses.ts";

/** A gist with its files: about 1 MB of all, at most 300 of them. */
export const gist = defineResource({
  path: "/gists/{gist_id}",
  params: z.object({ gist_id: gistId }),
  query: z.object({}),
  media: gistParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase()],
  isWhole: true,
  ...documented({
    operationId: "getGist",
    summary: "One gist with its files",
    documentation: "https://docs.github.com/rest/gists/gists#get-a-gist",
    body,
  }),
});

export const gistRevision = defineResource({
  path: "/gists/{gist_id}/{sha}",
  params: z.object({ gist_id: gistId, sha }),
  query: z.object({}),
  media: gistParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), params.sha.toLowerCase()],
  ...documented({
    operationId: "getGistRevision",
    summary: "One gist as it was at a revision",
    documentation: "https://docs.github.com/rest/gists/gists#get-a-gist-revision",
    body,
  }),
});
