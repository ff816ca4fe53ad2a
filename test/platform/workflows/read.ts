/** Workflows and composite actions as they are written. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../../harness/built.mjs";
import { read } from "../support/files.ts";

export interface Step {
  run?: string;
  uses?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

export interface Job {
  steps?: Step[];
  permissions?: object;
  strategy?: { matrix: Record<string, string[]> };
  "timeout-minutes"?: number;
}

export interface File {
  /** Relative to the root. */
  path: string;
  text: string;
  content: {
    permissions?: object;
    concurrency?: { group?: string };
    jobs: Record<string, Job>;
    /** Of an action. */
    runs?: { steps?: Step[] };
  };
}

function readAll(folder: string, isWanted: (name: string) => boolean): File[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter(isWanted)
    .toSorted()
    .map((name) => {
      const path = `${folder}/${name}`;
      const text = read(path);
      return { path, text, content: parse(text) as File["content"] };
    });
}

export const workflows = (): File[] => readAll(".github/workflows", (name) => /\.ya?ml$/.test(name));
export const actions = (): File[] => readAll(".github/actions", (name) => /action\.ya?ml$/.test(name));

/** Every step of a file, with the job that it is in; an action has one list of steps. */
export function stepsOf({ content }: Pick<File, "content">): { step: Step; job: Job }[] {
  if (content.runs) return (content.runs.steps ?? []).map((step) => ({ step, job: {} }));
  return Object.values(content.jobs).flatMap((job) => (job.steps ?? []).map((step) => ({ step, job })));
}

/** Commands of a step, in which `$NAME` of its `env` that is a value of the matrix stands for each of these. */
export function commandsOf({ step, job }: { step: Step; job: Job }): string[] {
  let commands = step.run?.trim().split("\n") ?? [];
  for (const [name, value] of Object.entries(step.env ?? {})) {
    const key = /^\$\{\{ matrix\.(\w+) \}\}$/.exec(value)?.[1];
    const values = key && job.strategy?.matrix[key];
    if (values) commands = commands.flatMap((command) => values.map((one) => command.replace(`"$${name}"`, one)));
  }
  return commands;
}
