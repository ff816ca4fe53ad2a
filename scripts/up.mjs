import { runProgram } from "./deploy/program.mjs";
import { toUp } from "./deploy/terraform.mjs";

const usage = `
npm run up [-- --dry-run] [--yes] [--state=FOLDER]

Makes the Kind cluster and the platform in it: terraform apply in terraform/cluster, then in
terraform/platform. Prints the commands, and asks before it runs them; needs --yes where there is no
terminal. Makes a cluster again that was deleted, and asks before it replaces one.

Settings are Terraform's variables (docs/platform.md), in the environment as TF_VAR_<name>. With
TF_VAR_kubeconfig_context the platform goes into the cluster of that context.
`;

await runProgram(usage, (cluster) => `Run these on ${cluster}?`, toUp);
