import { z } from "@hono/zod-openapi";
import { noParams } from "../http/negotiate.ts";
import { commits, forks } from "./bodies.ts";
import { gistId, pageQuery } from "./params.ts";
import { defineResource } from "./definition.ts";

export const gistCommits = defineResource({
  path: "/gists/{gist_id}/commits",
  operationId: "listGistCommits",
  summary: "Revisions of a gist",
  documentation: "https://docs.github.com/rest/gists/gists#list-gist-commits",
  params: z.object({ gist_id: gistId }),
  query: pageQuery,
  body: commits,
  media: noParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "commits"],
});

export const gistForks = defineResource({
  path: "/gists/{gist_id}/forks",
  operationId: "listGistForks",
  summary: "Forks of a gist",
  documentation: "https://docs.github.com/rest/gists/gists#list-gist-forks",
  params: z.object({ gist_id: gistId }),
  query: pageQuery,
  body: forks,
  media: noParams,
  segments: (params) => ["gists", params.gist_id.toLowerCase(), "forks"],
});
