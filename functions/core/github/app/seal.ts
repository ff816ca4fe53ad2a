/** Encrypts texts so that only the holders of the app's private key can read or make them. */
export interface Seal {
  /** @param about is not encrypted, and must be the same when it is opened */
  close: (text: string, about: string) => Promise<string>;
  /** Undefined where it was not closed with this key and about this. */
  open: (sealed: string, about: string) => Promise<string | undefined>;
}

/** Bytes of a nonce of AES-GCM (NIST SP 800-38D section 8.2.2). */
const nonceBytes = 12;

const encode = (text: string) => new TextEncoder().encode(text);

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** AES-256-GCM with a key that is derived from the private key (HKDF, RFC 5869). */
export async function createSeal(privateKey: Uint8Array<ArrayBuffer>): Promise<Seal> {
  const { subtle } = crypto;
  const base = await subtle.importKey("raw", privateKey, "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encode("edge-gists token") };
  const key = await subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const toAlgorithm = (iv: Uint8Array<ArrayBuffer>, about: string) => ({
    name: "AES-GCM",
    iv,
    additionalData: encode(about),
  });

  return {
    async close(text, about) {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const encrypted = new Uint8Array(await subtle.encrypt(toAlgorithm(nonce, about), key, encode(text)));
      return toBase64(new Uint8Array([...nonce, ...encrypted]));
    },
    async open(sealed, about) {
      try {
        const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
        const algorithm = toAlgorithm(bytes.slice(0, nonceBytes), about);
        return new TextDecoder().decode(await subtle.decrypt(algorithm, key, bytes.slice(nonceBytes)));
      } catch {
        return undefined;
      }
    },
  };
}
