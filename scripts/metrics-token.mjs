import { spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { toToken } from "../istio/metrics-token.mjs";
import { readOptions, readWhole } from "./options.mjs";

const usage = `
npm run -s metrics:token [-- --hours=N] [--context=NAME]

Prints a token for metrics.<domain>, signed by the key in the cluster, or by the one (PEM) in
METRICS_PRIVATE_KEY. It is sent as "Authorization: Metrics <token>".
`;

const { values } = readOptions({
  usage,
  options: {
    hours: { type: "string", value: "N", default: "1", description: "until it expires" },
    context: { type: "string", value: "NAME", default: "kind-edge-gists", description: "of the kubeconfig" },
  },
});
const hours = readWhole("hours", values.hours, { min: 1, max: 8760 });

function readKey() {
  const secret = ["get", "secret", "edge-gists-metrics-key", "--namespace=cert-manager"];
  const template = '--output=go-template={{index .data "private.pem" | base64decode}}';
  const args = [`--context=${values.context}`, ...secret, template];
  const { status, stdout, stderr, error } = spawnSync("kubectl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`no key: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

/** @throws {Error} for a key that the gateway would not know */
function parseKey(pem) {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // OpenSSL's reasons are of no help.
  }
  throw new Error("METRICS_PRIVATE_KEY: must be an Ed25519 private key in PEM");
}

try {
  const key = parseKey(process.env.METRICS_PRIVATE_KEY || readKey());
  console.log(toToken(key, hours, Math.floor(Date.now() / 1000)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
