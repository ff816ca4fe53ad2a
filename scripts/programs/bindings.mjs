import { findNearest } from "../../functions/core/config/unknown-settings.ts";
import { nodeSettings } from "../../functions/node/config.ts";
import { workerSettings } from "../../functions/worker/config.ts";

/**
 * What of an environment a Worker gets: its settings, OpenTelemetry's variables, and names that are nearly settings, of
 * which it warns; and what files of settings name besides.
 * @param {Record<string, string>} env
 * @param {readonly string[]} fromFiles names
 */
export function toBindings(env, fromFiles) {
  const nodeNames = Object.keys(nodeSettings);
  const isWanted = (name) =>
    Object.hasOwn(workerSettings, name) ||
    name.startsWith("OTEL_") ||
    findNearest(name, nodeNames) !== undefined ||
    (fromFiles.includes(name) && !nodeNames.includes(name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => isWanted(name)));
}
