import { z } from "@hono/zod-openapi";
import { noParams } from "../http/negotiate.ts";
import { commits, forks } from "./bodies.ts";
import { gistId, pageQuery } from "./params.ts";
import { defineResource } from "./resource.ts";
import { documented } from "./responses.ts";

export const gistCommits = defineResource({
  path: "/gists/{gist_id}/commits",
  params: z.object({ gist_id: gistId }),
  query: pageQuery,
  media: noParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "commits"],
  ...documented({
    operationId: "listGistCommits",
    summary: "Revisions of a gist",
    documentation: "https://docs.github.com/rest/gists/gists#list-gist-commits",
    body: commits,
  }),
});

export const gistForks = defineResource({
  path: "/gists/{gist_id}/forks",
  params: z.object({ gist_id: gistId }),
  query: pageQuery,
  media: noParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "forks"],
  ...documented({
    operationId: "listGistForks",
    summary: "Forks of a gist",
    documentation: "https://docs.github.com/rest/gists/gists#list-gist-forks",
    body: forks,
  }),
});
