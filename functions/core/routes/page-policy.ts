/** For every file and page: scripts and styles of this origin only, nothing inline, no frames, no plugins. */
const common = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

/** The policy of files and of the documentation page, whose viewer draws its icons from `data:`. */
export const filePolicy = [...common, "img-src 'self' data:", "connect-src 'self'"].join("; ");

/** The policy of pages about this service itself, which make no markup at all. */
export const servicePolicy = [filePolicy, "require-trusted-types-for 'script'", "trusted-types 'none'"].join("; ");

/**
 * The explorer's policy: with Trusted Types no text can become markup or script on the page
 * (https://www.w3.org/TR/trusted-types/). The policy `worker` gives the address of the page's own worker, and no other.
 * No other origin is allowed, except that of the configured collector, and pictures: documents show those of other sites
 * after a click. `data:` is for pictures whose bytes are part of a gist.
 * @param faroUrl a path or a URL, as `FARO_URL`
 */
export function toExplorerPolicy(faroUrl: string | undefined): string {
  const collector = faroUrl?.startsWith("/") === false ? ` ${new URL(faroUrl).origin}` : "";
  return [
    ...common,
    "img-src 'self' data: https:",
    `connect-src 'self'${collector}`,
    "require-trusted-types-for 'script'",
    "trusted-types worker",
  ].join("; ");
}
