import { spawnSync } from "node:child_process";
import { sign } from "node:crypto";
import { fileURLToPath } from "node:url";
import { root } from "../harness/built.mjs";
import { readOptions, refuse } from "./options.mjs";

const usage = `
npm run -s metrics:token [-- --hours=N]

Prints a token for metrics.<domain>, signed by the key in Terraform's state, or by the one (PEM) in
METRICS_PRIVATE_KEY. It is sent as "Authorization: Metrics <token>".
`;

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * A JWT (RFC 7519) signed by Ed25519 (RFC 8037). Issuer and audience are those of istio/chart.
 * @param {string} key private, in PEM
 * @param {number} hours until it ends
 * @param {number} now in seconds since the Unix epoch
 */
export function toToken(key, hours, now) {
  const head = encode({ alg: "EdDSA", typ: "JWT", kid: "metrics" });
  const claims = { iss: "edge-gists", aud: "edge-gists-metrics", sub: "metrics", iat: now, exp: now + hours * 3600 };
  const signed = `${head}.${encode(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = readOptions({
    usage,
    options: { hours: { type: "string", value: "N", default: "1", description: "until it expires" } },
  });
  const hours = Number(values.hours);
  if (!(hours > 0)) refuse("--hours: a number above 0");
  const output = ["-chdir=terraform", "output", "-raw", "metrics_private_key"];
  const { stdout, stderr, error } = spawnSync("terraform", output, { cwd: root, encoding: "utf8" });
  const key = process.env.METRICS_PRIVATE_KEY ?? stdout;
  if (!key?.includes("PRIVATE KEY")) throw new Error(`no key: ${error?.message ?? stderr}`);
  console.log(toToken(key, hours, Math.floor(Date.now() / 1000)));
}
