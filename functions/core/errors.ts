/**
 * Every way in which a request fails, in one place, and its form on the wire: GitHub's
 * `{message, documentation_url, status, errors?}` (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api).
 */

/** The closed set of failures: metric label, log field and status. */
export const failures = {
  "bad-request": 400,
  unauthorized: 401,
  "not-found": 404,
  "method-not-allowed": 405,
  "payload-too-large": 413,
  "uri-too-long": 414,
  // GitHub's status for an `Accept` without JSON; RFC 9110 would have 406.
  "unsupported-media-type": 415,
  "range-not-satisfiable": 416,
  "validation-failed": 422,
  // GitHub sends 403 or 429. Most clients take only 403 for a limit (docs/clients.md#rate-limits).
  "rate-limited": 403,
  internal: 500,
  "bad-gateway": 502,
  "service-unavailable": 503,
  "gateway-timeout": 504,
} as const satisfies Record<string, number>;

export type Failure = keyof typeof failures;

/** One entry of GitHub's `errors` list: which field is wrong, and why. */
export interface FieldError {
  resource: string;
  field: string;
  code: string;
  message: string;
}

export interface FailureDetails {
  /** Whole seconds until another try makes sense; becomes `Retry-After`. */
  retryAfter?: number;
  /** Bytes of the whole, of which the client asked for a part that is not there; becomes `Content-Range`. */
  size?: number;
  /** Becomes `Allow`. */
  allow?: string;
  errors?: FieldError[];
  /** True if GitHub was not asked: it says nothing new of GitHub or of the resource. */
  notAsked?: true;
  /** The status that GitHub gave, where it answered at all. */
  upstreamStatus?: number;
  /**
   * Of GitHub's two kinds of limit the one whose form the response has: the hourly quota is used up, or any other.
   * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
   */
  limit?: "primary" | "secondary";
  /** The one client whose own limit it is; undefined if it would meet anybody. */
  client?: string;
  /** What happened, for the log only: never sent to a client. */
  cause?: unknown;
}

/** A request that cannot be answered; the message is safe to show to any client. */
export class EdgeError extends Error {
  readonly failure: Failure;
  readonly details: FailureDetails;

  constructor(failure: Failure, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "EdgeError";
    this.failure = failure;
    this.details = details;
  }
}

/** The message for paths that another GitHub server has: private gists, stars, GraphQL, a login. */
export const notServed =
  "Not Found. This service has GitHub's public gists only, to read by the REST API: / lists its URLs";

/** Where a client reads more: GitHub's own page on errors of its REST API. */
export const documentationUrl = "https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api";

/** GitHub's page on limits. go-github knows a secondary limit by the fragment. */
const limitsUrl = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";
const documentationOf = { primary: limitsUrl, secondary: `${limitsUrl}#about-secondary-rate-limits` };

/**
 * A secondary limit. PyGithub and Octokit know one by GitHub's words at the beginning and the end.
 * @param why which limit it is
 */
export function toSecondaryLimit(why: string, details: FailureDetails): EdgeError {
  const message = `You have exceeded a secondary rate limit: ${why}. Please wait a few minutes before you try again.`;
  return new EdgeError("rate-limited", message, { ...details, limit: "secondary" });
}

/** The body of an error, in GitHub's shape. */
export interface ErrorBody {
  message: string;
  errors?: FieldError[];
  documentation_url: string;
  status: string;
}

/** Any thrown value as an EdgeError: what is unknown becomes a 500 that says nothing of its cause. */
export function toEdgeError(thrown: unknown): EdgeError {
  if (thrown instanceof EdgeError) return thrown;
  return new EdgeError("internal", "The service failed to respond", { cause: thrown });
}

/** An error's status and body as sent. */
export function toErrorBody(error: EdgeError): { status: number; body: ErrorBody } {
  const status = failures[error.failure];
  const { errors, limit } = error.details;
  return {
    status,
    body: {
      message: error.message,
      ...(errors && { errors }),
      documentation_url: limit ? documentationOf[limit] : documentationUrl,
      status: String(status),
    },
  };
}
