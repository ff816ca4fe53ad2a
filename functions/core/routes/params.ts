import { z } from "@hono/zod-openapi";
import { notServed } from "../errors.ts";
import { apiVersions } from "../http/negotiate.ts";
import { documented } from "./responses.ts";

/** First segments of paths that are this service's own, or GitHub's: never a username at the top level. */
export const reservedWords = new Set(
  (
    "assets docs embed favicon.ico health metrics oembed openapi-3.0.json openapi.json robots.txt status " +
    // https://docs.github.com/rest, and what clients ask for before the API itself: login and GraphQL.
    "advisories api app apps applications assignments authorizations classrooms credentials emojis enterprise " +
    "enterprises events feeds gists gitignore graphql installation issues licenses login markdown meta networks " +
    "notifications organizations orgs projects rate_limit repos repositories search teams user users versions zen"
  ).split(" "),
);

const whyUsername =
  "A username is 1 to 39 ASCII letters, digits and hyphens; a managed user's adds an underscore and a short code of 3 to 8 letters and digits, an app's adds [bot]";

const login = /^[A-Za-z0-9-]{1,39}(_[A-Za-z0-9]{3,8}|\[[Bb][Oo][Tt]\])?$/;

/**
 * A login that can exist. New ones have single hyphens and none at either end; old ones, such as `-Jerry-`, have them
 * anywhere. Managed users add `_shortcode`, GitHub's user objects of apps `[bot]`.
 * https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
 */
export const username = z
  .string()
  .regex(login, whyUsername)
  .openapi(
    documented({
      param: { name: "username", in: "path", required: true, description: "A GitHub login, in any case." },
      example: "octocat",
    }),
  );

/** With the suffix that makes the short path a feed's. */
export const feedUsername = z
  .string()
  .transform((name) => name.replace(/\.atom$/, ""))
  .pipe(username)
  .refine((name) => !reservedWords.has(name.toLowerCase()), { message: notServed })
  .openapi(
    documented({
      param: { name: "username", in: "path", required: true, description: "A GitHub login, in any case." },
      type: "string",
      pattern: login.source,
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

/** The name of a file: any text that Git takes for one. */
export const filename = z
  .string()
  // oxlint-disable-next-line no-control-regex -- Git takes every other character, and schemathesis cannot read `\0`.
  .regex(/^[^/\x00]{1,1024}$/, "A file's name is 1 to 1024 characters, none of them a slash")
  .openapi(
    documented({
      param: {
        name: "filename",
        in: "path",
        required: true,
        description: "The name of a file of the gist, letter by letter.",
      },
      example: "hello_world.rb",
    }),
  );

export const download = z
  .enum(["0", "1"], "Must be 0 or 1")
  .optional()
  .openapi(
    documented({
      param: { name: "download", in: "query", description: "1 if browsers are to save the file." },
      example: "1",
    }),
  );

/**
 * A number that a parameter's text stands for.
 * @param form its text
 * @param toNumber the number; undefined without one
 */
function integer(form: RegExp, why: string, toNumber: (value: number) => number | undefined) {
  return z
    .string(why)
    .regex(form, why)
    .transform((text, context) => {
      const number = toNumber(Number(text));
      if (number !== undefined) return number;
      context.addIssue({ code: "custom", message: why });
      return z.NEVER;
    });
}

export const commentId = integer(/^\d+$/, "A comment's id is a positive integer", (id) =>
  id > 0 && Number.isSafeInteger(id) ? id : undefined,
).openapi(
  documented({
    param: { name: "comment_id", in: "path", required: true, description: "A comment's id." },
    type: "integer",
    format: "int64",
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    example: 5_000_001,
  }),
);

/** Far past the end of any list of GitHub's; it bounds the number of keys for empty pages. */
const lastPage = 1_000_000;

/**
 * Numbers as GitHub reads them: an empty one and one below 1 are the default. Text that is no integer is refused: GitHub
 * documents nothing for it, and a client with a misspelt number would get another page than it asked for.
 */
const ofList = /^(?:-?\d+)?$/;

/** "If you specify a value greater than the maximum ... the value is automatically reduced to the maximum" (https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api). */
const perPage = integer(ofList, "Must be given once, as an integer", (size) => (size < 1 ? 30 : Math.min(size, 100)))
  .default(30)
  .openapi(
    documented({
      param: {
        name: "per_page",
        in: "query",
        allowEmptyValue: true,
        description: "Results a page. More than 100 is taken as 100, less than 1 as the default.",
      },
      type: "integer",
      default: 30,
    }),
  );

/** Less than 1 is the first page (https://github.com/octokit/octokit.rb/issues/767). */
const page = integer(ofList, `Must be given once, as an integer up to ${lastPage}`, (number) =>
  number > lastPage ? undefined : Math.max(number, 1),
)
  .default(1)
  .openapi(
    documented({
      param: {
        name: "page",
        in: "query",
        allowEmptyValue: true,
        description: "Which page, counted from 1. Less than 1 is the first.",
      },
      type: "integer",
      maximum: lastPage,
      default: 1,
    }),
  );

const whySince = "Must be given once, as a date and time of RFC 3339 such as 2024-05-01T00:00:00Z";

/** False for days that Date would silently move into the next month, such as 2024-02-31. */
function isDay(fullDate: string): boolean {
  const time = new Date(fullDate);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(fullDate);
}

/** Without a zone it is UTC. A `+` that was not percent-encoded arrives as a blank. */
const since = z
  .string(whySince)
  .regex(
    /^(?:\d{4}-\d{2}-\d{2}(?:[Tt](?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[ +-]\d{2}:\d{2})?)?)?$/,
    whySince,
  )
  .transform((text, context) => {
    if (text === "") return undefined;
    const hasZone = text.length === 10 || /(?:[Zz]|[ +-]\d{2}:\d{2})$/.test(text);
    const time = new Date(`${text.toUpperCase().replace(" ", "+")}${hasZone ? "" : "Z"}`);
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
        allowEmptyValue: true,
        description: "Only what was last updated at or after this time (RFC 3339).",
      },
      type: "string",
      format: "date-time",
      example: "2024-05-01T00:00:00Z",
    }),
  );

/** The pages of a list that `all=true` stands for: GitHub shows 3,000 items at most. */
export const allPages = { perPage: 100, most: 30 };

/** All pages as one response; the text of the parameter is no part of a key. */
const all = z
  .enum(["true", "false"], 'Must be given once, as "true" or "false"')
  .transform((value) => (value === "true" ? value : undefined))
  .optional()
  .openapi(
    documented({
      param: {
        name: "all",
        in: "query",
        description:
          "`true` for all pages as one list, at most 3,000 items; `Link` then leads to more. Not with `page` and `per_page`.",
      },
      type: "string",
      enum: ["true", "false"],
    }),
  );

export const pageQuery = z.object({ per_page: perPage, page });
export const listQuery = z.object({ since, per_page: perPage, page });
export const allQuery = z.object({ since, per_page: perPage, page, all });

const whyFile = "Must be given once, as the name of a file";

export const embedQuery = z.object({
  file: z
    .string(whyFile)
    .min(1, whyFile)
    .max(255, whyFile)
    .optional()
    .openapi(documented({ param: { name: "file", in: "query", description: "The one file to show." } })),
});

/** A size in pixels, which a consumer of oEmbed allows at most. */
const pixels = (name: string) =>
  integer(/^\d{1,6}$/, "Must be given once, as a positive integer", (size) => (size > 0 ? size : undefined))
    .optional()
    .openapi(
      documented({
        param: { name, in: "query", description: "In pixels." },
        type: "integer",
        minimum: 1,
        maximum: 999_999,
      }),
    );

const whyAddress = "Must be given once, as an http(s) URL";

/** https://oembed.com, section 2.2. */
export const oembedQuery = z.object({
  url: z
    .string(whyAddress)
    .refine((address) => /^https?:/i.test(address) && URL.canParse(address), whyAddress)
    .openapi(
      documented({
        param: {
          name: "url",
          in: "query",
          description: "A gist's page on gist.github.com, or on this service's explorer.",
        },
        format: "uri",
        example: "https://gist.github.com/octocat/6cad326836d38bd3a7ae",
      }),
    ),
  format: z
    .enum(["json", "xml"], "Must be given once, as json or xml")
    .default("json")
    .openapi(documented({ param: { name: "format", in: "query", description: "The form of the response." } })),
  maxwidth: pixels("maxwidth"),
  maxheight: pixels("maxheight"),
});

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
