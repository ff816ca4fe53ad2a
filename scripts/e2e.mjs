/**
 * `npm run e2e`: the platform from nothing by Terraform, what it promises, and nothing left of it (docs/platform.md). Needs
 * docker, kind, kubectl and terraform. `--dry-run` prints the stages and their commands; `--keep` lets the cluster stay;
 * `--skip=a,b` leaves stages out; `--context=NAME` takes a cluster that is there, with its image in TF_VAR_image. Logs and
 * a report are in .cache/e2e. Last line: `N passed, N failed`.
 */
import { readOptions } from "../test/cluster/options.ts";
import { describe, runStages } from "../test/cluster/run.ts";
import { toSettings } from "../test/cluster/settings.ts";
import { stages } from "../test/cluster/stages.ts";

try {
  const options = readOptions(
    process.argv.slice(2),
    stages.map(({ name }) => name),
  );
  const settings = toSettings(options);
  if (options.dryRun) console.log(describe(stages, options, settings));
  else if (!(await runStages(stages, options, settings))) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
