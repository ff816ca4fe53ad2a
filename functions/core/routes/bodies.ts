import { z } from "@hono/zod-openapi";
import { otherQuotas } from "./quota-names.ts";

/**
 * Schemas of response bodies; GitHub's as it documents them (https://docs.github.com/rest/gists). They are
 * documentation only: nothing is validated or cut with them at run time, and the bundles do not contain this file.
 * Every object of GitHub's may have more members.
 */

const url = z.string().openapi({ format: "uri" });
const time = z.string().openapi({ format: "date-time" });
/** GitHub's ids and times are larger than 32 bits, which generators take for an integer without a format. */
const int64 = z.int().openapi({ format: "int64" });

/** `.nullable()` of a named schema becomes an `allOf` that null never satisfies; a union expresses it correctly. */
function orNull<S extends z.ZodType>(schema: S) {
  return z.union([schema, z.null()]);
}

const user = z
  .looseObject({
    login: z.string().openapi({ example: "octocat" }),
    id: int64.openapi({ example: 583231 }),
    node_id: z.string(),
    avatar_url: z.string(),
    html_url: url,
    type: z.string().openapi({ example: "User" }),
  })
  .openapi("SimpleUser");

/** GitHub's `public-user`, limited to the members that are always present. */
export const publicUser = z
  .looseObject({
    ...user.shape,
    name: z.string().nullable(),
    company: z.string().nullable(),
    blog: z.string().nullable(),
    location: z.string().nullable(),
    email: z.string().nullable(),
    bio: z.string().nullable(),
    public_repos: z.int(),
    public_gists: z.int(),
    followers: z.int(),
    following: z.int(),
    created_at: time,
    updated_at: time,
  })
  .openapi("PublicUser");

const file = z
  .looseObject({
    filename: z.string(),
    type: z.string().openapi({ example: "text/markdown" }),
    language: z.string().nullable(),
    raw_url: z.string(),
    size: z.int(),
  })
  .openapi("GistFile");

const fileWithContent = z
  .looseObject({
    ...file.shape,
    truncated: z.boolean().openapi({
      description:
        "True if content is cut or left out: GitHub sends about 1 MB of a gist. raw_url leads to the whole file.",
    }),
    content: z.string(),
    encoding: z.string().optional(),
  })
  .openapi("GistFileWithContent");

const gistFields = {
  url,
  id: z.string().openapi({ example: "6cad326836d38bd3a7ae" }),
  node_id: z.string(),
  html_url: url,
  public: z.boolean(),
  created_at: time,
  updated_at: time,
  description: z.string().nullable(),
  comments: z.int(),
  comments_url: url,
  forks_url: url,
  commits_url: url,
  truncated: z.boolean().optional(),
};

export const gistItem = z
  .looseObject({ ...gistFields, files: z.record(z.string(), file), owner: user.optional() })
  .openapi("GistItem");

const revision = z
  .looseObject({
    url: z.string(),
    version: z.string(),
    user: orNull(user).optional(),
    change_status: z.looseObject({
      total: z.int().optional(),
      additions: z.int().optional(),
      deletions: z.int().optional(),
    }),
    committed_at: z.string(),
  })
  .openapi("GistCommit");

export const gist = z
  .looseObject({
    ...gistFields,
    files: z.record(z.string(), orNull(fileWithContent)),
    owner: orNull(user).optional(),
    history: z.array(revision).nullable().optional(),
    forks: z.array(z.looseObject({})).nullable().optional(),
  })
  .openapi("Gist");

export const commits = z.array(revision);
export const forks = z.array(gistItem);
export const gists = z.array(gistItem);

export const comment = z
  .looseObject({
    id: int64,
    node_id: z.string(),
    url,
    body: z.string().optional(),
    user: orNull(user),
    created_at: time,
    updated_at: time,
    author_association: z.string().openapi({ example: "NONE" }),
  })
  .openapi("GistComment");

export const comments = z.array(comment);

const quota = z.object({
  limit: z.int(),
  remaining: z.int(),
  reset: int64.openapi({ description: "Seconds since the Unix epoch." }),
  used: z.int(),
});

export const rateLimit = z
  .object({
    resources: z.object({
      core: quota,
      ...(Object.fromEntries(otherQuotas.map((name) => [name, quota])) as Record<
        (typeof otherQuotas)[number],
        typeof quota
      >),
    }),
    rate: quota.optional().openapi({ description: "Only in version 2022-11-28." }),
    fleet: z
      .object({
        shared: z.boolean().openapi({
          description: "True if the quota is that of all processes, false while this one counts alone.",
        }),
        calls: z.int().openapi({ description: "Calls to GitHub under way over all processes, as last reported." }),
        max_calls: z.int().openapi({ description: "Most calls at once over all processes." }),
      })
      .optional()
      .openapi({ description: "This service's own: only where processes share GitHub's limits." }),
  })
  .openapi("RateLimitOverview");

export const lives = z.object({ status: z.literal("healthy"), version: z.string().openapi({ example: "0.1.0" }) });
export const ready = z.object({ status: z.literal("ready") });
export const exposition = z.string();
export const openApiDocument = z.looseObject({ openapi: z.string() });

export const error = z
  .object({
    message: z.string(),
    errors: z
      .array(
        z.looseObject({
          resource: z.string().optional(),
          field: z.string().optional(),
          code: z.string(),
          message: z.string().optional(),
        }),
      )
      .optional(),
    documentation_url: z.string().optional().openapi({ description: "Absent only if `block` is present." }),
    status: z.string().optional(),
    block: z
      .looseObject({ reason: z.string(), created_at: z.string(), html_url: z.string().nullable() })
      .optional()
      .openapi({ description: "Why GitHub bars access: a legal reason, or its terms of service." }),
  })
  .openapi("Error");

/** https://oembed.com, section 2.3. */
export const oembed = z
  .object({
    version: z.literal("1.0"),
    type: z.literal("rich"),
    html: z.string().openapi({ description: "A frame with the embedded view." }),
    width: z.int(),
    height: z.int(),
    title: z.string(),
    author_name: z.string(),
    author_url: url.optional(),
    provider_name: z.string(),
    provider_url: url,
    cache_age: z.int().openapi({ description: "In seconds." }),
  })
  .openapi("Oembed");
