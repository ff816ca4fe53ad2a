import type { Sharing } from "../../cache/store/create.ts";
import type { Ports } from "../../ports.ts";
import type { Credential } from "../credentials.ts";
import { type AppKey, createAppKey } from "./app-key.ts";
import { createInstallation } from "./installation.ts";
import { createMint } from "./mint.ts";
import { type Mint, shareMint } from "./shared-mint.ts";

export { createAppKey } from "./app-key.ts";

type AppPorts = Pick<
  Ports,
  "config" | "fetch" | "now" | "sleep" | "random" | "log" | "metrics" | "waitUntil" | "build"
>;

/** The credentials of a GitHub App. */
export interface AppCredentials {
  installations: readonly Credential[];
  /** Uses another private key from now on. False if it is none: the one before is kept. */
  replaceKey: (privateKey: string) => Promise<boolean>;
}

/**
 * The installations in the settings. No request is made before one is needed.
 * @param sharing the tier in which processes share their tokens
 */
export function createAppCredentials(ports: AppPorts, first: AppKey, sharing?: Sharing): AppCredentials {
  const { GITHUB_APP_ID: id, GITHUB_APP_INSTALLATION_IDS: given, GITHUB_TOKEN: tokens } = ports.config;
  let key = first;
  const ask = createMint(ports);
  const alone: Mint = (installation) => ask(installation, key.sign);
  const mint = sharing ? shareMint(alone, sharing, () => key.seal, ports) : alone;
  const installations = [...new Set(given)].map((installation, at) =>
    createInstallation({ installation, index: tokens.length + at, mint }, ports),
  );
  return {
    installations,
    async replaceKey(privateKey) {
      const other = await createAppKey(id!, privateKey);
      if (!other) return false;
      key = other;
      for (const { retry } of installations) retry();
      return true;
    },
  };
}
