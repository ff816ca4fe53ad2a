/** Facts about the build; build.mjs fills them in. */
export interface Build {
  /** The version in package.json. */
  version: string;
  /** The Git commit, or "unknown" outside a checkout. */
  commit: string;
}

declare const EDGE_GISTS_VERSION: string | undefined;
declare const EDGE_GISTS_COMMIT: string | undefined;

/** Filled in by build.mjs. The version is unknown when the source is run directly. */
export const build: Build = {
  version: typeof EDGE_GISTS_VERSION === "string" ? EDGE_GISTS_VERSION : "0.0.0-source",
  commit: typeof EDGE_GISTS_COMMIT === "string" ? EDGE_GISTS_COMMIT : "unknown",
};
