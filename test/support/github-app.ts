import { generateKeyPairSync } from "node:crypto";
import type { AppSettings } from "../../stand-in/apps.ts";

/** A GitHub App of the tests: its settings here and at the stand-in. */
export interface TestApp {
  /** As GitHub issues it: PKCS#1. */
  privateKey: string;
  env: Record<string, string>;
  settings: AppSettings;
}

const newKeys = () => generateKeyPairSync("rsa", { modulusLength: 2048 });

let known: ReturnType<typeof newKeys> | undefined;

/** @param fresh with a key of its own: it takes a moment to make */
export function createTestApp(installations: readonly number[], fresh = false): TestApp {
  const keys = fresh ? newKeys() : (known ??= newKeys());
  const privateKey = keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const id = "Iv23liTestApp";
  return {
    privateKey,
    env: {
      GITHUB_APP_ID: id,
      GITHUB_APP_PRIVATE_KEY: privateKey,
      GITHUB_APP_INSTALLATION_IDS: installations.join(","),
    },
    settings: { id, publicKey: keys.publicKey.export({ type: "spki", format: "pem" }).toString(), installations },
  };
}
