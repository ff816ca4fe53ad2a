import { spawnSync } from "node:child_process";
import { accessSync, constants, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { root } from "../harness/built.mjs";
import { toCopies, toPull, upstreamCharts } from "../terraform/mirror.mjs";
import { toText } from "./deploy/commands.mjs";
import { confirm, readOptions, refuse, yes } from "./options.mjs";
import { tool } from "./tools.mjs";

const usage = `
npm run mirror -- --charts=FOLDER --registry=HOST[:PORT][/PATH] [--dry-run] [--yes]

Copies what an installation without the internet needs, on a machine that has it: every upstream
chart and every image of terraform/versions.json. Either may be left out. Asks before it pushes to
a registry; needs --yes for that where there is no terminal.
`;

/** Ends the program if the folder can be neither used nor made: a dry run finds that too. */
function expectFolder(folder) {
  const isWritable = (path) => {
    try {
      // A path with a slash at its end must be a folder.
      accessSync(`${path}/`, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  };
  if (!isWritable(folder) && !(isWritable(dirname(folder)) && !existsSync(folder)))
    refuse(`--charts=${folder}: neither a folder that can be written to, nor a new one in such a folder.`);
}

async function main() {
  const { values } = readOptions({
    usage,
    options: {
      charts: { type: "string", value: "FOLDER", description: "where the charts go: Terraform's chart_source" },
      registry: {
        type: "string",
        value: "HOST[:PORT][/PATH]",
        description: "where docker pushes the images: Terraform's image_registry",
      },
      "dry-run": { type: "boolean", default: false, description: "print the commands, and run none" },
      ...yes,
    },
  });
  if (!values.charts && !values.registry)
    refuse("Say where the copies go: --charts=FOLDER, --registry=HOST[:PORT][/PATH], or both.");
  // As Terraform's image_registry.
  if (values.registry && !/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)*$/.test(values.registry))
    refuse("--registry: HOST[:PORT][/PATH], without a scheme and without a slash at the end.");
  if (values.charts) expectFolder(resolve(values.charts));
  if (values.registry && !values["dry-run"]) await confirm(`Push all images to ${values.registry}?`, values.yes);
  const run = (program, args) => {
    console.log(toText({ command: [program === "docker" ? program : "helm", ...args] }));
    if (values["dry-run"]) return;
    const { status, error } = spawnSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    if (status !== 0) throw new Error(`${args[0]} ended with ${error?.message ?? `code ${status}`}`);
  };
  if (values.charts) {
    const folder = resolve(values.charts);
    const parts = join(root, "observability/chart/charts");
    if (!values["dry-run"]) for (const path of [folder, parts]) mkdirSync(path, { recursive: true });
    for (const chart of upstreamCharts()) {
      run(values["dry-run"] ? "helm" : tool("helm"), toPull(chart, folder));
      // Helm looks for what a chart is made of inside of it.
      const file = `${chart.name}-${chart.version}.tgz`;
      if (chart.isPart && !values["dry-run"]) copyFileSync(join(folder, file), join(parts, file));
    }
  }
  if (values.registry) for (const [program, ...args] of toCopies(values.registry)) run(program, args);
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
