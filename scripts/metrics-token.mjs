import { spawnSync } from "node:child_process";
import { root } from "../harness/built.mjs";
import { toToken } from "../istio/metrics-token.mjs";
import { readOptions, refuse } from "./options.mjs";

const usage = `
npm run -s metrics:token [-- --hours=N]

Prints a token for metrics.<domain>, signed by the key in Terraform's state, or by the one (PEM) in
METRICS_PRIVATE_KEY. It is sent as "Authorization: Metrics <token>".
`;

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
