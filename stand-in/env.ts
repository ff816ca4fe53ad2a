import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApiVersion } from "./bodies.ts";
import type { Media } from "./media.ts";

/** What one request carries through the middleware of the stand-in. */
export type Env = {
  /** Set over HTTP only: faults that need a socket use them. */
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse };
  Variables: {
    actor: Actor;
    media: Media;
    version: ApiVersion;
    requestId: string;
    /** True where the request costs none of the primary limit. */
    free: boolean;
    /** True where the body must not be compressed. */
    identity: boolean;
    /** The page of GitHub's documentation that errors of this route name. */
    documentation: string;
  };
};

/** Whose limits a request counts against: a valid token's, or its address's. */
export type Actor = {
  readonly key: string;
  readonly token: string | undefined;
  readonly address: string;
};
