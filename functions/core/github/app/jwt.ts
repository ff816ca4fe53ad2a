import { toPkcs8 } from "./private-key.ts";

/** Makes a JSON Web Token of a GitHub App. @param now milliseconds since the Unix epoch */
export type Sign = (now: number) => Promise<string>;

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
 * A signer for a GitHub App (RS256, RFC 7519;
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app).
 * @param issuer the app's client ID or app ID
 * @returns undefined if the text is no private RSA key
 */
export async function createSigner(issuer: string, privateKey: string): Promise<Sign | undefined> {
  const pkcs8 = toPkcs8(privateKey);
  const key =
    pkcs8 && (await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]).catch(() => undefined));
  if (!key) return undefined;
  const header = toPart({ alg: "RS256", typ: "JWT" });
  return async function sign(now) {
    const seconds = Math.floor(now / 1000);
    const signed = `${header}.${toPart({ iat: seconds - issuedBefore, exp: seconds + lifetime, iss: issuer })}`;
    const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(signed));
    return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
  };
}
