import { requireNode } from "../harness/node-version.mjs";
import { confirm, readOptions, refuse } from "./options.mjs";

// They are TypeScript, which an old Node cannot load.
requireNode();
const { options: known, readOptions: readStages } = await import("../e2e/options.ts");
const { describe, runStages } = await import("../e2e/run.ts");
const { toSettings } = await import("../e2e/settings.ts");
const { stages } = await import("../e2e/stages.ts");

const usage = `
npm run e2e [-- --dry-run] [--keep] [--skip=A,B] [--context=NAME [--yes]]

Makes a cluster of its own by Terraform, checks what docs/platform.md promises, and takes the
cluster away again. Needs docker, kind, kubectl and terraform. Into the cluster of --context it
installs everything, and removes it: it asks before, and needs --yes where there is no terminal.
Logs and a report are in .cache/e2e. Last line: N passed, N failed.

Stages: ${stages.map(({ name }) => name).join(", ")}
`;
const { values } = readOptions({ usage, options: known });

function toOptions() {
  try {
    return readStages(
      process.argv.slice(2),
      stages.map(({ name }) => name),
    );
  } catch (error) {
    return refuse(error.message);
  }
}
const options = toOptions();
if (options.context && !options.dryRun)
  await confirm(`Install the platform in the cluster of ${options.context}, and remove it?`, values.yes);

try {
  const settings = toSettings(options);
  if (options.dryRun) console.log(describe(stages, options, settings));
  else if (!(await runStages(stages, options, settings))) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
