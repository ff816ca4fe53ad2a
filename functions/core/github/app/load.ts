import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/parser.ts";

/** The settings that a GitHub App needs, all together. */
function toMissing(config: Config, privateKey: string | undefined): string[] {
  return [
    ...(config.GITHUB_APP_ID === undefined ? ["GITHUB_APP_ID"] : []),
    ...(privateKey === undefined ? ["GITHUB_APP_PRIVATE_KEY"] : []),
    ...(config.GITHUB_APP_INSTALLATION_IDS.length === 0 ? ["GITHUB_APP_INSTALLATION_IDS"] : []),
  ];
}

/**
 * The code for the GitHub App in the settings and its key, loaded on demand; undefined without one.
 * @param privateKey of a file; else that of the settings
 * @throws ConfigError
 */
export async function loadApp(config: Config, privateKey = config.GITHUB_APP_PRIVATE_KEY) {
  const missing = toMissing(config, privateKey);
  if (missing.length === 3) return undefined;
  if (missing.length > 0) {
    throw new ConfigError(missing.map((name) => `${name}: must be set for a GitHub App`).join("; "));
  }
  const { createAppKey, createAppCredentials } = await import("./github-app.ts");
  const key = await createAppKey(config.GITHUB_APP_ID!, privateKey!);
  if (!key) throw new ConfigError("GITHUB_APP_PRIVATE_KEY: must be an RSA private key in PEM, or that in base64");
  return { key, createAppCredentials };
}
