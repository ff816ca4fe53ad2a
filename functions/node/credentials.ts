import { readFile } from "node:fs/promises";
import type { Sharing } from "../core/cache/store/create.ts";
import { ConfigError } from "../core/config/parser.ts";
import { loadApp } from "../core/github/app/load.ts";
import { createCredentials, type Credentials } from "../core/github/credentials.ts";
import type { Ports } from "../core/ports.ts";
import type { NodeConfig } from "./config.ts";

type CredentialPorts = Pick<Ports, "fetch" | "now" | "sleep" | "random" | "log" | "metrics" | "waitUntil" | "build"> & {
  config: NodeConfig;
};

type FileSetting = "GITHUB_TOKEN_FILE" | "GITHUB_APP_PRIVATE_KEY_FILE";

/** The tokens in a file; undefined if it holds anything else, or nothing. */
function toTokens(text: string): string[] | undefined {
  const tokens = text.split(/[\s,]+/).filter(Boolean);
  return tokens.length > 0 && tokens.every((token) => /^[\u0021-\u007e]+$/.test(token)) ? tokens : undefined;
}

/**
 * The tokens and installations of the settings and of files, which are watched.
 * @param sharing the tier in which processes share the tokens of installations
 * @throws ConfigError
 */
export async function createNodeCredentials(
  ports: CredentialPorts,
  sharing?: Sharing,
): Promise<{ credentials: Credentials; close: () => void }> {
  const { config, log } = ports;
  const endings: (() => void)[] = [];

  async function read(setting: FileSetting): Promise<string | undefined> {
    const path = config[setting];
    if (path === undefined) return undefined;
    return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new ConfigError(`${setting}: must be the path of a readable file (${error.code})`);
    });
  }
  async function watch(setting: FileSetting, text: string, use: (text: string) => Promise<string | undefined>) {
    const { watchCredentialFile } = await import("./credential-files.ts");
    endings.push(watchCredentialFile({ setting, path: config[setting]!, text, log, use }));
  }

  const [tokens, privateKey] = [await read("GITHUB_TOKEN_FILE"), await read("GITHUB_APP_PRIVATE_KEY_FILE")];
  const app = await loadApp(config, privateKey);
  const own = app?.createAppCredentials(ports, app.key, sharing);
  const credentials = createCredentials(config.GITHUB_TOKEN, own?.installations);

  function replace(text: string): string | undefined {
    const found = toTokens(text);
    if (!found) return "It holds no tokens";
    credentials.replace(found);
    return undefined;
  }
  if (tokens !== undefined) {
    if (replace(tokens) !== undefined)
      throw new ConfigError("GITHUB_TOKEN_FILE: must hold visible ASCII characters only");
    await watch("GITHUB_TOKEN_FILE", tokens, async (text) => replace(text));
  }
  if (own && privateKey !== undefined) {
    await watch("GITHUB_APP_PRIVATE_KEY_FILE", privateKey, async (text) =>
      (await own.replaceKey(text)) ? undefined : "It holds no RSA private key",
    );
  }
  return { credentials, close: () => endings.forEach((end) => end()) };
}
