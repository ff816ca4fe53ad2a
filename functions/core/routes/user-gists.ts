import { z } from "@hono/zod-openapi";
import { notServed } from "../errors.ts";
import { gistParams } from "../http/negotiate.ts";
import { gists as body } from "./bodies.ts";
import { serveAllPages } from "./all-pages.ts";
import { allQuery, reservedWords, username } from "./params.ts";
import { defineResource } from "./resource.ts";
import { documented } from "./responses.ts";

const documentation = "https://docs.github.com/rest/gists/gists#list-gists-for-a-user";
const otherTypes = ["application/x-ndjson"];

/** GitHub's own address of a user's public gists. */
export const userGists = defineResource({
  path: "/users/{username}/gists",
  params: z.object({ username }),
  query: allQuery,
  media: gistParams,
  segments: (params) => ["users", params.username.toLowerCase(), "gists"],
  otherForm: serveAllPages,
  ...documented({ operationId: "listUserGists", summary: "Public gists of a user", documentation, body, otherTypes }),
});

/** The same resource at the short address that the original system had. */
export const shortUserGists = defineResource({
  path: "/{username}",
  params: z.object({
    username: username.refine((login) => !reservedWords.has(login.toLowerCase()), {
      message: notServed,
    }),
  }),
  query: allQuery,
  media: gistParams,
  segments: userGists.segments,
  otherForm: serveAllPages,
  ...documented({
    operationId: "listUserGistsShort",
    summary: "Public gists of a user, by the short address",
    documentation,
    body,
    otherTypes,
  }),
});
