import { z } from "@hono/zod-openapi";
import { gistParams } from "../http/negotiate.ts";
import { gists } from "./bodies.ts";
import { listQuery, reservedWords, username } from "./params.ts";
import { defineResource } from "./definition.ts";

const shared = {
  documentation: "https://docs.github.com/rest/gists/gists#list-gists-for-a-user",
  query: listQuery,
  body: gists,
  media: gistParams,
};

/** GitHub's own address of a user's public gists. */
export const userGists = defineResource({
  ...shared,
  path: "/users/{username}/gists",
  operationId: "listUserGists",
  summary: "Public gists of a user",
  params: z.object({ username }),
  segments: (params) => ["users", params.username.toLowerCase(), "gists"],
});

/** The same resource at the short address that the original system had. */
export const shortUserGists = defineResource({
  ...shared,
  path: "/{username}",
  operationId: "listUserGistsShort",
  summary: "Public gists of a user, by the short address",
  params: z.object({
    username: username.refine((login) => !reservedWords.has(login.toLowerCase()), {
      message: "This word is reserved; the user's gists are at /users/{username}/gists",
    }),
  }),
  segments: userGists.segments,
});
