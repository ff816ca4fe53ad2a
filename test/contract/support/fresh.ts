import { randomInt } from "node:crypto";

/**
 * A `since` that no other test asks for and that leaves nothing out: a second before GitHub existed.
 * The service caches for a minute, so a test that wants a miss asks with one of these.
 */
export function freshSince(): string {
  return new Date(randomInt(1_199_145_600) * 1000).toISOString().replace(".000Z", "Z");
}

/** A well-formed username that the stand-in does not know. */
export function freshName(): string {
  return `nobody-${randomInt(2 ** 40).toString(36)}`;
}

/** A well-formed gist id that the stand-in does not know. */
export function freshGistId(): string {
  return Array.from({ length: 32 }, () => randomInt(16).toString(16)).join("");
}
