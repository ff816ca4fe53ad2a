import type { Ports } from "../../ports.ts";
import type { Credential } from "../credentials.ts";
import { createInstallation } from "./installation.ts";
import { createSigner, type Sign } from "./jwt.ts";
import { createMint } from "./mint.ts";

export { createSigner } from "./jwt.ts";

type AppPorts = Pick<Ports, "config" | "fetch" | "now" | "random" | "log" | "metrics" | "waitUntil" | "build">;

/** The credentials of a GitHub App. */
export interface AppCredentials {
  installations: readonly Credential[];
  /** Uses another private key from now on. False if it is none: the one before is kept. */
  replaceKey: (privateKey: string) => Promise<boolean>;
}

/** The installations in the settings. No request is made before one is needed. */
export function createAppCredentials(ports: AppPorts, signer: Sign): AppCredentials {
  const { GITHUB_APP_ID: id, GITHUB_APP_INSTALLATION_IDS: given, GITHUB_TOKEN: tokens } = ports.config;
  let sign = signer;
  const mint = createMint(ports);
  const installations = [...new Set(given)].map((installation, at) =>
    createInstallation({ installation, index: tokens.length + at, mint: (one) => mint(one, sign) }, ports),
  );
  return {
    installations,
    async replaceKey(privateKey) {
      const other = await createSigner(id!, privateKey);
      if (!other) return false;
      sign = other;
      for (const { retry } of installations) retry();
      return true;
    },
  };
}
