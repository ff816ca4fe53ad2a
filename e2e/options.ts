import { parseArgs } from "node:util";

/** What `npm run e2e` was asked for. */
export interface Options {
  /** Says what it would do, and does nothing. */
  dryRun: boolean;
  /** The cluster stays. */
  keep: boolean;
  /** Names of stages that are left out. */
  skip: readonly string[];
  /** Context of a cluster that is there already; undefined: a Kind cluster is made. */
  context: string | undefined;
}

/** What it takes, for node:util's parseArgs and for its usage. */
export const options = {
  "dry-run": { type: "boolean", default: false, description: "print the stages and their commands, and run none" },
  keep: { type: "boolean", default: false, description: "let the cluster stay" },
  skip: { type: "string", value: "A,B", multiple: true, default: [] as string[], description: "stages to leave out" },
  context: { type: "string", value: "NAME", description: "a cluster that is there, with its image in TF_VAR_image" },
  yes: { type: "boolean", short: "y", default: false, description: "do not ask" },
} as const;

/**
 * Reads the command line.
 * @throws Error where an option or a stage is unknown, or where what is asked for cannot be
 */
export function readOptions(args: readonly string[], stages: readonly string[], env = process.env): Options {
  const { values } = parseArgs({
    args: [...args],
    options,
  });
  const skip = values.skip.flatMap((list) => list.split(",")).filter(Boolean);
  for (const name of skip) {
    if (!stages.includes(name)) throw new Error(`--skip=${name}: there are ${stages.join(", ")}`);
  }
  if (values.context === "") throw new Error("--context: kubectl config get-contexts lists them");
  if (values.context !== undefined && !env["TF_VAR_image"])
    throw new Error("--context needs TF_VAR_image: the nodes of that cluster cannot be loaded from here");
  return { dryRun: values["dry-run"], keep: values.keep, skip, context: values.context };
}
