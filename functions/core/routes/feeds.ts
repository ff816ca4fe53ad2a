import { z } from "@hono/zod-openapi";
import type { ResourceDefinition } from "./definition.ts";
import { atomType, respondWithFeed } from "./feed.ts";
import { defineOperation } from "./operation.ts";
import { feedUsername, listQuery, requestHeaders, username } from "./params.ts";
import { publicGists } from "./public-gists.ts";
import { documented, otherResponses } from "./responses.ts";
import { userGists } from "./user-gists.ts";

/** A list at an address of its own, for readers that cannot set `Accept`. */
function defineFeed<P extends z.ZodObject>(
  list: ResourceDefinition,
  path: string,
  params: P,
  texts: { operationId: string; summary: string },
) {
  return defineOperation(
    {
      path,
      request: { params, query: listQuery, headers: requestHeaders },
      ...documented({
        ...texts,
        description:
          "RFC 4287. The same as the list with `Accept: application/atom+xml`, from the same cached resource.",
        tags: ["gists"],
        responses: otherResponses("One page of the list as a feed.", [atomType]),
      }),
    },
    (services, respond) => (c, wanted) => respondWithFeed(list, c, wanted as never, services, respond),
  );
}

export const userFeed = defineFeed(
  userGists,
  "/users/{username}/gists.atom",
  z.object({ username }),
  documented({ operationId: "getUserFeed", summary: "Public gists of a user, as an Atom feed" }),
);

export const publicFeed = defineFeed(
  publicGists,
  "/gists/public.atom",
  z.object({}),
  documented({ operationId: "getPublicFeed", summary: "Public gists of everyone, as an Atom feed" }),
);

/** No login has a dot. */
export const shortUserFeed = defineFeed(
  userGists,
  "/{username}.atom",
  z.object({ username: feedUsername }),
  documented({ operationId: "getUserFeedShort", summary: "The feed of a user, by the short address" }),
);
