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

/**
 * The explorer's policy: with Trusted Types no text can become markup or script on the page
 * (https://www.w3.org/TR/trusted-types/). No other origin is allowed, except that of the configured collector.
 * @param faroUrl a path or a URL, as `FARO_URL`
 */
export function toExplorerPolicy(faroUrl: string | undefined): string {
  const collector = faroUrl?.startsWith("/") === false ? ` ${new URL(faroUrl).origin}` : "";
  return [
    ...common,
    "img-src 'self'",
    `connect-src 'self'${collector}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}
