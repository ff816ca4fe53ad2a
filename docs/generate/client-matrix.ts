/** What every client is asked to do, by its own means, on both runtimes. */
export const scenarios = {
  "user-gists": "lists a user's gists, over all pages",
  "other-base": "lists them at the other base URL, without the prefix /api/v3 or with it",
  "trailing-slash": "lists them at a base URL that ends in a slash",
  since: "lists gists that changed since a time",
  gist: "gets one gist",
  revision: "gets a revision of a gist",
  history: "lists a gist's history, over all pages",
  comments: "lists a gist's comments, over all pages",
  forks: "lists a gist's forks, over all pages",
  file: "reads a file",
  user: "gets a user",
  anonymous: "lists the gists of everyone by GET /gists without a token",
  previews: "asks with preview media types",
  follow: "follows the URLs of a body, and stays on the service",
  "not-found": "reports that a gist does not exist",
  conditional: "asks with a validator, and gets a 304",
  "rate-limit": "reads the rate limit",
  "primary-limit": "reports a primary limit, and how long it lasts",
  "secondary-limit": "reports a secondary limit, and how long it lasts",
  "cached-while-limited": "gets what is cached while GitHub limits the service",
  "cached-after-limit": "gets what is cached after it met the limit itself",
  wait: "waits as long as a limit says, and gets the gist then",
  snippet: "runs its example in docs/clients.md",
} as const;

export type Scenario = keyof typeof scenarios;

export interface Client {
  readonly name: string;
  readonly title: string;
  /** How it is pointed at another host by its own documentation. */
  readonly setting: string;
  /** True if that setting means the prefix /api/v3 of GitHub Enterprise Server. */
  readonly enterprise: boolean;
  /** True if it speaks HTTPS only. */
  readonly tls?: true;
  /** The client's own errors. */
  readonly errors: {
    readonly notFound: string;
    readonly primary: string;
    /** One, or one of those of its releases. */
    readonly secondary: string | readonly string[];
  };
  /** The paths that it takes from a body, in the scenario `follow`. */
  readonly follows: readonly ("gist" | "commits" | "owner")[];
  /** True if it fails on a comment whose user is gone and on a revision without counts, which GitHub has both. */
  readonly strict?: true;
  /** What it cannot do by itself, and why. */
  readonly cannot: Partial<Record<Scenario, string>>;
}

const noPreviews = "sends no preview media types";
const slash = "puts no second slash after it";
const noWait = "never waits by itself";

export const clients = [
  {
    name: "octokit",
    title: "@octokit/rest 22",
    setting: "baseUrl",
    enterprise: false,
    errors: { notFound: "HttpError", primary: "onRateLimit", secondary: "onSecondaryRateLimit" },
    follows: ["gist", "commits", "owner"],
    cannot: { previews: noPreviews },
  },
  {
    name: "octokit-18",
    title: "@octokit/rest 18",
    setting: "baseUrl",
    enterprise: false,
    errors: { notFound: "HttpError", primary: "onRateLimit", secondary: "onSecondaryRateLimit" },
    follows: ["gist", "commits", "owner"],
    cannot: {},
  },
  {
    name: "pygithub",
    title: "PyGithub",
    setting: "base_url",
    enterprise: true,
    errors: {
      notFound: "UnknownObjectException",
      primary: "RateLimitExceededException",
      secondary: "RateLimitExceededException",
    },
    follows: ["gist", "owner"],
    cannot: {
      "other-base": "refuses URLs of another host: it needs bodies that lead back to the service",
      "trailing-slash": slash,
      previews: noPreviews,
    },
  },
  {
    name: "githubkit",
    title: "githubkit",
    setting: "base_url",
    enterprise: false,
    errors: {
      notFound: "RequestFailed",
      primary: "PrimaryRateLimitExceeded",
      secondary: "SecondaryRateLimitExceeded",
    },
    follows: ["gist", "commits", "owner"],
    cannot: { "trailing-slash": slash, previews: noPreviews },
  },
  {
    name: "gidgethub",
    title: "gidgethub",
    setting: "base_url",
    enterprise: false,
    // It has no class for a secondary limit.
    errors: { notFound: "BadRequest", primary: "RateLimitExceeded", secondary: "BadRequest" },
    follows: ["gist", "commits", "owner"],
    cannot: { "trailing-slash": slash, previews: noPreviews, wait: noWait },
  },
  {
    name: "github3",
    title: "github3.py",
    strict: true,
    setting: "GitHubEnterprise(url)",
    enterprise: true,
    // It has no class for limits.
    errors: { notFound: "NotFoundError", primary: "ForbiddenError", secondary: "ForbiddenError" },
    follows: ["gist", "owner"],
    cannot: {
      "trailing-slash": slash,
      since: "takes no time in `gists_by()`",
      anonymous: "refuses `gists()` without a token",
      previews: noPreviews,
      wait: noWait,
    },
  },
  {
    name: "go-github",
    title: "go-github",
    setting: "WithURLs, or WithEnterpriseURLs",
    enterprise: false,
    errors: { notFound: "*ErrorResponse", primary: "*RateLimitError", secondary: "*AbuseRateLimitError" },
    follows: ["owner"],
    cannot: { "trailing-slash": "has a base URL that always ends in one", previews: noPreviews, wait: noWait },
  },
  {
    name: "gh",
    title: "gh",
    setting: "GH_HOST",
    enterprise: true,
    tls: true,
    // It tells errors by their text alone.
    errors: { notFound: "exit 1", primary: "exit 1", secondary: "exit 1" },
    follows: ["commits", "owner"],
    cannot: {
      "trailing-slash": "takes a host only",
      previews: "has no option for it. `gh gist view` always sends two, so that another row tests them",
      wait: noWait,
    },
  },
  {
    name: "hub4j",
    title: "hub4j github-api",
    setting: "withEndpoint",
    enterprise: true,
    errors: {
      notFound: "GHFileNotFoundException",
      primary: "GitHubRateLimitHandler",
      secondary: "GitHubAbuseLimitHandler",
    },
    follows: ["owner"],
    cannot: {
      "trailing-slash": slash,
      since: "takes no time in `listGists()`",
      revision: "has no call for it",
      history: "has no call for it",
      comments: "has no call for it: it has their number only",
      anonymous: "has no call for it",
      previews: noPreviews,
    },
  },
  {
    name: "octocrab",
    title: "octocrab",
    setting: "base_uri",
    enterprise: false,
    // It has no variant for limits.
    errors: { notFound: "Error::GitHub", primary: "Error::GitHub", secondary: "Error::GitHub" },
    follows: ["commits", "owner"],
    cannot: { "trailing-slash": slash, previews: noPreviews, wait: "waits with `RetryConfig::HandleRateLimits` only" },
  },
  {
    name: "octokit-rb",
    title: "octokit.rb",
    setting: "api_endpoint",
    enterprise: true,
    // Debian 12's release does not know the words of a secondary limit; later ones do.
    errors: {
      notFound: "Octokit::NotFound",
      primary: "Octokit::TooManyRequests",
      secondary: ["Octokit::Forbidden", "Octokit::TooManyRequests"],
    },
    follows: ["gist", "commits", "owner"],
    cannot: { "trailing-slash": "has an endpoint that always ends in one", previews: noPreviews, wait: noWait },
  },
] as const satisfies readonly Client[];

export type ClientName = (typeof clients)[number]["name"];
