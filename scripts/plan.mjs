import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { readOptions, refuse } from "./options.mjs";
import { options } from "./plan/options.mjs";

const usage = `
npm run plan [-- --users=N --resources=N ...]
What a load needs: calls to GitHub, tokens, pods, memory, Redis, bandwidth, the cost of the Worker.
`;
const { values } = readOptions({ usage, options });
const read = (path) => readFileSync(join(root, path), "utf8");

// An old Node cannot load them. It was refused above.
const { readInputs, readVariables } = await import("./plan/inputs.mjs");
let inputs;
try {
  inputs = readInputs(values, readVariables(read("wrangler.toml")));
} catch (error) {
  refuse(error.message);
}
const { readMeasured } = await import("./plan/measured.mjs");
const { toPlan } = await import("./plan/plan.mjs");
const { toText } = await import("./plan/table.mjs");
const plan = toPlan(inputs, readMeasured(), JSON.parse(read("scripts/plan/cloudflare-prices.json")));
console.log(inputs.json ? JSON.stringify(plan, undefined, 2) : toText(plan));
