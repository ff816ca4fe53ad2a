import type { IncomingMessage, ServerResponse } from "node:http";

/** `X-GitHub-Api-Version`; the later one drops `user` from lists, and `forks`, `history`, `rate` (GitHub's breaking changes page). */
export type ApiVersion = "2022-11-28" | "2026-03-10";

/** What `Accept` asks for beyond JSON (https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types). */
export type Media = {
  readonly param: "raw" | "base64" | "text" | "html" | "full" | undefined;
  readonly header: string;
};

/** The data of one request in the stand-in's middleware. */
export type Env = {
  /** Set over HTTP only: faults that need a socket use them. */
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse };
  Variables: {
    actor: Actor;
    media: Media;
    version: ApiVersion;
    requestId: string;
    /** True if the request is free of the primary limit. */
    free: boolean;
    /** True if the body must not be compressed. */
    identity: boolean;
    /** The page of GitHub's documentation that errors of this route name. */
    documentation: string;
  };
};

/** The owner of the limits that a request counts against: a valid token, or its address. */
export type Actor = {
  readonly key: string;
  readonly token: string | undefined;
  readonly address: string;
};
