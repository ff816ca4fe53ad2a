import { settings } from "../core/config/config.ts";
import { text } from "../core/config/parser.ts";

/** The Worker's settings: the core's, and those of Cloudflare's platform. */
export const workerSettings = {
  ...settings,
  CACHE_API_NAME: text(
    undefined,
    (name) => /^[\w.-]{1,64}$/.test(name) && name !== "default",
    "be a name of up to 64 letters, digits, dots, hyphens and underscores, and not `default`",
    "Name of the cache (Cache API) that the isolates of one data centre share. Without it there is none. It has no effect on workers.dev.",
  ),
};
