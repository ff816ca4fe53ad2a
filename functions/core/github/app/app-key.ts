import { toPkcs8 } from "./private-key.ts";
import { createSeal, type Seal } from "./seal.ts";

/** Makes a JSON Web Token of a GitHub App. @param now milliseconds since the Unix epoch */
export type Sign = (now: number) => Promise<string>;

/** A private key of a GitHub App in use. */
export interface AppKey {
  sign: Sign;
  seal: Seal;
}

/** GitHub demands a time of issue in the past, and takes at most ten minutes; in seconds. Clocks may differ by a minute. */
const issuedBefore = 60;
const lifetime = 480;

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

function toBase64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const toPart = (value: object): string => toBase64Url(new TextEncoder().encode(JSON.stringify(value)));

/**
 * The key of a GitHub App: it signs its tokens (RS256, RFC 7519;
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app).
 * @param issuer the app's client ID or app ID
 * @returns undefined if the text is no private RSA key
 */
export async function createAppKey(issuer: string, privateKey: string): Promise<AppKey | undefined> {
  const pkcs8 = toPkcs8(privateKey);
  const key =
    pkcs8 && (await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]).catch(() => undefined));
  if (!pkcs8 || !key) return undefined;
  const signing: CryptoKey = key;
  const header = toPart({ alg: "RS256", typ: "JWT" });
  async function sign(now: number): Promise<string> {
    const seconds = Math.floor(now / 1000);
    const signed = `${header}.${toPart({ iat: seconds - issuedBefore, exp: seconds + lifetime, iss: issuer })}`;
    const signature = await crypto.subtle.sign(algorithm, signing, new TextEncoder().encode(signed));
    return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
  }
  return { sign, seal: await createSeal(pkcs8) };
}
