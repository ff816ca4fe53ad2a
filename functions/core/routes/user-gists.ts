import { z } from "@hono/zod-openapi";
import { notServed } from "../errors.ts";
import { gistParams } from "../http/negotiate.ts";
import { gists as body } from "./bodies.ts";
import { serveAllPages } from "./all-pages.ts";
import type { OtherForm } from "./definition.ts";
import { atomType, feedByAccept } from "./feed.ts";
import { allQuery, reservedWords, username } from "./params.ts";
import { defineResource } from "./resource.ts";
import { documented } from "./responses.ts";

const documentation = "https://docs.github.com/rest/gists/gists#list-gists-for-a-user";
const otherTypes = [atomType, "application/x-ndjson"];

/** All pages, or one page as a feed. */
const other: OtherForm = (...request) => serveAllPages(...request) ?? feedByAccept(...request);

/** GitHub's own address of a user's public gists. */
export const userGists = defineResource({
  path: "/users/{username}/gists",
  params: z.object({ username }),
  query: allQuery,
  media: gistParams,
  segments: (params) => ["users", params.username.toLowerCase(), "gists"],
  otherForm: other,
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
  otherForm: other,
  ...documented({
    operationId: "listUserGistsShort",
    summary: "Public gists of a user, by the short address",
    documentation,
    body,
    otherTypes,
  }),
});
