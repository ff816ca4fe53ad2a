import type { Context } from "hono";
import type { Env } from "./env.ts";

const docs = "https://docs.github.com";

/** Where errors of unknown routes point. */
export const generalDocumentation = `${docs}/rest`;
/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export const limitsDocumentation = `${docs}/rest/using-the-rest-api/rate-limits-for-the-rest-api`;

/** An error in GitHub's shape. `status` is a string in the body; some of GitHub's answers leave it out. */
export function fail(
  c: Context<Env>,
  status: number,
  message: string,
  more: object = {},
  documentation?: string,
): Response {
  const body = {
    message,
    ...more,
    documentation_url: documentation ?? c.get("documentation") ?? generalDocumentation,
  };
  return Response.json({ ...body, status: String(status) }, { status });
}

/** 404. GitHub hides what one may not see behind it too. */
export function notFound(c: Context<Env>): Response {
  return fail(c, 404, "Not Found");
}

/** 422 of a query parameter. */
export function invalid(c: Context<Env>, resource: string, field: string): Response {
  return fail(c, 422, "Validation Failed", { errors: [{ resource, code: "invalid", field }] });
}

/** 422 past the end of a list that is capped. */
export function tooFar(c: Context<Env>): Response {
  const message =
    "In order to keep the API fast for everyone, pagination is limited for this resource. " +
    "Check the rel=last link relation in the Link response header to see how far back you can traverse.";
  return fail(c, 422, message, {}, `${docs}/v3/#pagination`);
}

/** 401 for a token that is none. */
export function badCredentials(c: Context<Env>): Response {
  return fail(c, 401, "Bad credentials", {}, generalDocumentation);
}

/** 401 where nobody is logged in. */
export function requiresAuthentication(c: Context<Env>): Response {
  return fail(c, 401, "Requires authentication");
}

/** The primary limit used up: 403 as a rule, 429 now and then. Anonymous answers carry no `status`. */
export function limitExceeded(c: Context<Env>, status: number, now: number): Response {
  const { token, address } = c.get("actor");
  if (token === undefined) {
    const message =
      `API rate limit exceeded for ${address}. (But here's the good news: Authenticated requests get a higher ` +
      "rate limit. Check out the documentation for more details.)";
    const page = `${docs}/rest/overview/resources-in-the-rest-api#rate-limiting`;
    return Response.json({ message, documentation_url: page }, { status });
  }
  const message = `API rate limit exceeded for user ID 583231. ${helpText(c, now)}`;
  return fail(c, status, message, {}, limitsDocumentation);
}

/** A secondary limit, with `retry-after` in seconds or without. */
export function secondaryLimit(
  c: Context<Env>,
  status: number,
  retryAfter: number | undefined,
  now: number,
  wording?: "abuse",
): Response {
  const message =
    `You have ${wording === "abuse" ? "triggered an abuse detection mechanism" : "exceeded a secondary rate limit"}. ` +
    "Please wait a few minutes before you try again. " +
    `For more on scraping GitHub and how it may affect your rights, please review our Terms of Service ` +
    `(https://docs.github.com/en/site-policy/github-terms/github-terms-of-service) ${helpText(c, now)}`;
  const answer = fail(c, status, message, {}, `${limitsDocumentation}#about-secondary-rate-limits`);
  if (retryAfter !== undefined) answer.headers.set("retry-after", String(retryAfter));
  return answer;
}

/** What GitHub says with 403 of a token, not of what was asked for, in the words of public bug reports. */
const tokenRefusals = {
  suspended: "Sorry. Your account was suspended.",
  integration: "Resource not accessible by integration",
  "fine-grained": "Resource not accessible by personal access token",
  "allow-list":
    "Although you appear to have the correct authorization credentials, the `octo-org` organization has an IP allow list " +
    "enabled, and your IP address is not permitted to access this resource.",
  saml: "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
  classic:
    "`octo-org` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal " +
    "access token with fine-grained permissions.",
  attempts: "Maximum number of login attempts exceeded. Please try again later.",
};

export type TokenRefusal = keyof typeof tokenRefusals;

/** 403 about the token; a fine-grained one is told the permission that it lacks. */
export function tokenRefused(c: Context<Env>, why: TokenRefusal): Response {
  const answer = fail(c, 403, tokenRefusals[why]);
  if (why === "fine-grained" || why === "integration")
    answer.headers.set("x-accepted-github-permissions", "gists=read");
  return answer;
}

/** 403 of GitHub's edge, in plain text, before the API sees the request. */
export function missingUserAgent(): Response {
  const text =
    "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header " +
    "(https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#user-agent-required). " +
    "Check https://developer.github.com for other possible causes.\r\n";
  return new Response(text, {
    status: 403,
    headers: { "content-type": "text/html", "cache-control": "no-cache" },
  });
}

/** 400 of an API version that GitHub does not know; its `errors` is a string here. */
export function unknownVersion(c: Context<Env>, version: string): Response {
  const errors =
    `The version you specified in the "X-GitHub-API-Version" request header, "${version}", is not a supported version. ` +
    'The following versions are currently supported: "2026-03-10" (most recent) and "2022-11-28".';
  return fail(c, 400, "Bad Request", { errors }, generalDocumentation);
}

/** 415 of an Accept header without JSON in it. */
export function unsupportedAccept(c: Context<Env>, accept: string): Response {
  const message = `Unsupported 'Accept' header: '${accept}'. Must accept 'application/json'.`;
  return fail(c, 415, message, {}, `${docs}/v3/media`);
}

function helpText(c: Context<Env>, now: number): string {
  const at = new Date(now).toISOString().replace("T", " ").slice(0, 19);
  return `If you reach out to GitHub Support for help, please include the request ID ${c.get("requestId")} and timestamp ${at} UTC.`;
}
