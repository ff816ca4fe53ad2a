import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** Files of settings, the later one before the earlier: wrangler's name, and the usual one. */
const names = [".env", ".dev.vars"];

/**
 * Settings of the files .dev.vars and .env in a folder. The environment goes before both.
 * @param {string} folder
 * @param {Record<string, string | undefined>} env
 * @returns {{ files: string[], settings: Record<string, string> }} what was read, and what of it holds
 */
export function readEnvFiles(folder, env) {
  const files = names.filter((name) => existsSync(join(folder, name)));
  const read = Object.assign({}, ...files.map((name) => parseEnv(readFileSync(join(folder, name), "utf8"))));
  return { files, settings: Object.fromEntries(Object.entries(read).filter(([name]) => env[name] === undefined)) };
}
