import { spawnSync } from "node:child_process";
import { toToken } from "../istio/metrics-token.mjs";
import { readOptions, refuse } from "./options.mjs";

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
const hours = Number(values.hours);
if (!(hours > 0)) refuse("--hours: a number above 0");
const key = process.env.METRICS_PRIVATE_KEY ?? readKey();
if (!key?.includes("PRIVATE KEY")) throw new Error("METRICS_PRIVATE_KEY: must be a private key in PEM");

function readKey() {
  const secret = ["get", "secret", "edge-gists-metrics-key", "--namespace=cert-manager"];
  const template = '--output=go-template={{index .data "private.pem" | base64decode}}';
  const args = [`--context=${values.context}`, ...secret, template];
  const { status, stdout, stderr, error } = spawnSync("kubectl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`no key: ${error?.message ?? stderr}`);
  return stdout;
}

console.log(toToken(key, hours, Math.floor(Date.now() / 1000)));
