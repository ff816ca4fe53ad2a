import { parseArgs } from "node:util";

/** The options of `npm run e2e`. */
export interface Options {
  /** Prints the plan, and does nothing. */
  dryRun: boolean;
  /** The cluster stays. */
  keep: boolean;
  /** Names of skipped stages. */
  skip: readonly string[];
  /** Context of an existing cluster; undefined: a Kind cluster is made. */
  context: string | undefined;
}

/** The options, for node:util's parseArgs and for the usage. */
export const options = {
  "dry-run": { type: "boolean", default: false, description: "print the stages and their commands, and run none" },
  keep: { type: "boolean", default: false, description: "let the cluster stay" },
  skip: { type: "string", value: "A,B", multiple: true, default: [] as string[], description: "stages to leave out" },
  context: { type: "string", value: "NAME", description: "a cluster that is there, with its image in TF_VAR_image" },
  yes: { type: "boolean", short: "y", default: false, description: "do not ask" },
} as const;

/**
 * Reads the command line.
 * @throws Error if an option or a stage is unknown, or if the options contradict each other
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
  if (values.context === undefined && env["TF_VAR_kubeconfig_context"])
    throw new Error(
      "TF_VAR_kubeconfig_context is set: unset it for a cluster of its own, or name that one in --context",
    );
  return { dryRun: values["dry-run"], keep: values.keep, skip, context: values.context };
}
