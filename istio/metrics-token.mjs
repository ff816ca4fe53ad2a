import { sign } from "node:crypto";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * A JWT (RFC 7519) signed by Ed25519 (RFC 8037). Issuer and audience are those of istio/chart.
 * @param {string | import("node:crypto").KeyObject} key private; a string in PEM
 * @param {number} hours until it ends
 * @param {number} now in seconds since the Unix epoch
 */
export function toToken(key, hours, now) {
  const head = encode({ alg: "EdDSA", typ: "JWT", kid: "metrics" });
  const claims = { iss: "edge-gists", aud: "edge-gists-metrics", sub: "metrics", iat: now, exp: now + hours * 3600 };
  const signed = `${head}.${encode(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}
