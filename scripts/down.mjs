import { runProgram } from "./deploy/program.mjs";
import { toDown } from "./deploy/terraform.mjs";

const usage = `
npm run down [-- --dry-run] [--yes] [--state=FOLDER]

Removes what \`npm run up\` made, with the same settings: the Kind cluster with all that is in it, or the
platform from a cluster that Terraform here did not make. Prints the commands, and asks before it runs
them; needs --yes where there is no terminal.
`;

const toQuestion = (cluster, { isOurs, isExisting }) =>
  isOurs && !isExisting
    ? `Delete the cluster ${cluster} with all that is in it?`
    : `Remove the platform from ${cluster}?`;

await runProgram(usage, toQuestion, toDown);
