import { z } from "@hono/zod-openapi";
import { apiVersions } from "../http/negotiate.ts";
import { documented } from "./responses.ts";

/** First segments of paths that are this service's own, or GitHub's: never a username at the top level. */
export const reservedWords = new Set(
  (
    "assets docs favicon.ico health metrics openapi-3.0.json openapi.json robots.txt " +
    // https://docs.github.com/rest, and what clients ask for before the API itself: login and GraphQL.
    "advisories api app apps applications assignments authorizations classrooms credentials emojis enterprise " +
    "enterprises events feeds gists gitignore graphql installation issues licenses login markdown meta networks " +
    "notifications organizations orgs projects rate_limit repos repositories search teams user users versions zen"
  ).split(" "),
);

const whyUsername =
  "A username is 1 to 39 ASCII letters, digits and hyphens; a managed user's adds an underscore and a short code of 3 to 8 letters and digits, an app's adds [bot]";

/**
 * A login that can exist. New ones have single hyphens and none at either end; old ones, such as `-Jerry-`, have them
 * anywhere. Managed users add `_shortcode`, GitHub's user objects of apps `[bot]`.
 * https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
 */
export const username = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,39}(_[A-Za-z0-9]{3,8}|\[[Bb][Oo][Tt]\])?$/, whyUsername)
  .openapi(
    documented({
      param: { name: "username", in: "path", required: true, description: "A GitHub login, in any case." },
      example: "octocat",
    }),
  );

export const gistId = z
  .string()
  .regex(/^[0-9A-Fa-f]{1,64}$/, "A gist id is 1 to 64 hexadecimal digits")
  .openapi(
    documented({
      param: { name: "gist_id", in: "path", required: true, description: "A gist's id, in any case." },
      example: "6cad326836d38bd3a7ae",
    }),
  );

export const sha = z
  .string()
  .regex(/^[0-9A-Fa-f]{7,64}$/, "A revision is 7 to 64 hexadecimal digits")
  .openapi(
    documented({
      param: { name: "sha", in: "path", required: true, description: "A revision of the gist." },
      example: "b7f16d44cbfca60ff6dd321a4afa024427a04660",
    }),
  );

/** An integer in plain decimal digits: no sign, no exponent, no spaces. */
function integer(minimum: number, maximum: number, why: string) {
  return z.preprocess(
    // What a number cannot hold exactly stays text, and is refused once, as text.
    (text) =>
      typeof text === "string" && /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text,
    z.number(why).int(why).min(minimum, why).max(maximum, why),
  );
}

export const commentId = integer(1, Number.MAX_SAFE_INTEGER, "A comment's id is a positive integer").openapi(
  documented({
    param: { name: "comment_id", in: "path", required: true, description: "A comment's id." },
    type: "integer",
    format: "int64",
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    example: 5_000_001,
  }),
);

const perPage = integer(1, 100, "Must be given once, as an integer from 1 to 100")
  .default(30)
  .openapi(
    documented({
      param: { name: "per_page", in: "query", description: "Results a page." },
      type: "integer",
      minimum: 1,
      maximum: 100,
      default: 30,
    }),
  );

const page = integer(1, 1_000_000, "Must be given once, as an integer from 1 to 1000000")
  .default(1)
  .openapi(
    documented({
      param: { name: "page", in: "query", description: "Which page, counted from 1." },
      type: "integer",
      minimum: 1,
      maximum: 1_000_000,
      default: 1,
    }),
  );

const whySince = "Must be given once, as a date and time of RFC 3339 such as 2024-05-01T00:00:00Z";

/** False for days that Date would silently move into the next month, such as 2024-02-31. */
function isDay(fullDate: string): boolean {
  const time = new Date(fullDate);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(fullDate);
}

const since = z
  .string(whySince)
  .regex(/^\d{4}-\d{2}-\d{2}(?:[Tt](?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2}))?$/, whySince)
  .transform((text, context) => {
    const time = new Date(text.toUpperCase());
    const year = time.getUTCFullYear();
    if (isDay(text.slice(0, 10)) && year >= 1 && year <= 9999) return `${time.toISOString().slice(0, 19)}Z`;
    context.addIssue({ code: "custom", message: whySince });
    return z.NEVER;
  })
  .optional()
  .openapi(
    documented({
      param: {
        name: "since",
        in: "query",
        description: "Only what was last updated at or after this time (RFC 3339).",
      },
      type: "string",
      format: "date-time",
      example: "2024-05-01T00:00:00Z",
    }),
  );

export const pageQuery = z.object({ per_page: perPage, page });
export const listQuery = z.object({ since, per_page: perPage, page });

/** https://docs.github.com/rest/about-the-rest-api/api-versions */
export const requestHeaders = z.object({
  "x-github-api-version": z
    .enum(apiVersions, `Must be one of ${apiVersions.join(", ")}`)
    .default(apiVersions[0])
    .openapi(
      documented({
        param: { name: "x-github-api-version", in: "header", description: "GitHub's REST API version." },
        example: apiVersions[0],
      }),
    ),
});
