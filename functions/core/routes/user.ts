import { z } from "@hono/zod-openapi";
import { noParams } from "../http/negotiate.ts";
import { publicUser as body } from "./bodies.ts";
import { username } from "./params.ts";
import { defineResource } from "./resource.ts";
import { documented } from "./responses.ts";

/** PyGithub and hub4j request the account before they request its gists. */
export const user = defineResource({
  path: "/users/{username}",
  params: z.object({ username }),
  query: z.object({}),
  media: noParams,
  segments: (params) => ["users", params.username.toLowerCase()],
  isWhole: true,
  ...documented({
    operationId: "getUser",
    summary: "A user or an organization",
    documentation: "https://docs.github.com/rest/users/users#get-a-user",
    body,
  }),
});
