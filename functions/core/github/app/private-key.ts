/** Object identifier of RSA keys with its NULL parameter, in DER (RFC 8017 appendix A.1). */
const rsaEncryption = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/** An element of DER: tag, length, content. */
function toDer(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  const size: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
  return [tag, ...(length < 128 ? [length] : [0x80 + size.length, ...size]), ...content];
}

const pem = /-----BEGIN (RSA )?PRIVATE KEY-----([\sA-Za-z\d+/=]+)-----END (?:RSA )?PRIVATE KEY-----/;

function fromBase64(text: string): string | undefined {
  try {
    return atob(text.replaceAll(/\s/g, ""));
  } catch {
    return undefined;
  }
}

/**
 * The key of a PEM as PKCS#8, which is all that Web Crypto takes; GitHub issues PKCS#1 (RFC 5208, RFC 8017). The PEM may
 * have `\n` for its line feeds, or be in base64 as a whole: many stores of secrets keep one line only.
 * @returns undefined if it is none
 */
export function toPkcs8(given: string): Uint8Array<ArrayBuffer> | undefined {
  const text = given.includes("-----BEGIN") ? given : (fromBase64(given) ?? "");
  const [, pkcs1, base64 = ""] = pem.exec(text.replaceAll("\\n", "\n")) ?? [];
  const bytes = Array.from(fromBase64(base64) ?? "", (character) => character.charCodeAt(0));
  if (bytes.length === 0) return undefined;
  return new Uint8Array(
    pkcs1 === undefined ? bytes : toDer(0x30, [0x02, 0x01, 0x00, ...rsaEncryption, ...toDer(0x04, bytes)]),
  );
}
