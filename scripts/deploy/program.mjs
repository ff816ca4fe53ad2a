/** What `npm run up` and `npm run down` have in common. */
import { confirm, readOptions, yes } from "../options.mjs";
import { find, runAll, toText, useKubeconfig } from "./commands.mjs";

const options = {
  state: { type: "string", value: "FOLDER", description: "where the states are; beside each configuration without it" },
  "dry-run": { type: "boolean", default: false, description: "print the commands, and run none" },
  ...yes,
};

/**
 * Reads the command line, prints the commands, asks, and runs them.
 * @param {string} usage
 * @param {(cluster: string, found: import("./terraform.mjs").Wanted & import("./terraform.mjs").Found) => string} toQuestion
 * @param {(wanted: import("./terraform.mjs").Wanted, found: import("./terraform.mjs").Found) => import("./terraform.mjs").Command[]} toPlan
 */
export async function runProgram(usage, toQuestion, toPlan) {
  const { values } = readOptions({ usage, options });
  const { TF_VAR_cluster_name: clusterName = "edge-gists", TF_VAR_kubeconfig_context: context } = process.env;
  const name = context || `kind-${clusterName}`;
  const wanted = { variables: {}, isExisting: Boolean(context), isSure: values.yes, state: values.state };
  try {
    useKubeconfig(name);
    const found = find({ context: name, state: values.state, asksKind: !context, isDry: values["dry-run"] });
    if (!context) console.log(describe(name, found));
    const plan = toPlan(wanted, found);
    const nothing = found.unknown ? "There is nothing to do if the cluster is missing." : "There is nothing to do.";
    console.log(plan.length > 0 ? plan.map(toText).join("\n") : nothing);
    if (values["dry-run"] || plan.length === 0) return;
    await confirm(toQuestion(name, { ...wanted, ...found }), values.yes);
    await runAll(plan);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

function describe(name, { isThere, isOurs, unknown }) {
  if (unknown) return `cluster ${name}: taken to be missing (${unknown})`;
  if (isThere)
    return `cluster ${name}: there, ${isOurs ? "made by Terraform here" : "not made by Terraform here: it stays as it is"}`;
  return `cluster ${name}: ${isOurs ? "gone, though Terraform here made it" : "not there"}`;
}
