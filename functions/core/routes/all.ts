import { embed, embedRevision, oembed } from "./embed.ts";
import { publicFeed, shortUserFeed, userFeed } from "./feeds.ts";
import { gist, gistRevision } from "./gist.ts";
import { gistComment, gistComments } from "./gist-comments.ts";
import { gistCommits, gistForks } from "./gist-history.ts";
import { health, readiness } from "./health.ts";
import { metrics } from "./metrics.ts";
import { openApi, openApi30 } from "./openapi.ts";
import type { Operation } from "./operation.ts";
import { anonymousGists, publicGists } from "./public-gists.ts";
import { rawFile, rawFirst, rawRevisionFile, rawRevisionFirst } from "./raw.ts";
import { rateLimit } from "./rate-limit.ts";
import { user } from "./user.ts";
import { shortUserGists, userGists } from "./user-gists.ts";

/**
 * Every operation, by the name of its URL in `/`. The first operation whose path matches serves a request, so fixed
 * segments come first: `/gists/public` is not a gist's id, and `/gists/{gist_id}/commits` is not a revision.
 */
export const operations: Record<string, Operation> = {
  rate_limit_url: rateLimit,
  health_url: health,
  readiness_url: readiness,
  metrics_url: metrics,
  openapi_url: openApi,
  openapi_3_0_url: openApi30,
  gists_url: anonymousGists,
  public_gists_url: publicGists,
  public_feed_url: publicFeed,
  gist_commits_url: gistCommits,
  gist_forks_url: gistForks,
  gist_comments_url: gistComments,
  gist_comment_url: gistComment,
  gist_raw_url: rawFirst,
  gist_raw_file_url: rawFile,
  gist_revision_raw_url: rawRevisionFirst,
  gist_revision_raw_file_url: rawRevisionFile,
  gist_url: gist,
  gist_revision_url: gistRevision,
  embed_url: embed,
  embed_revision_url: embedRevision,
  oembed_url: oembed,
  user_url: user,
  user_gists_url: userGists,
  user_feed_url: userFeed,
  short_user_feed_url: shortUserFeed,
  short_user_gists_url: shortUserGists,
};
