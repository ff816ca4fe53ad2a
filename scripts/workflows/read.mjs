/** Workflows and composite actions as they are written. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../../harness/built.mjs";

/**
 * @typedef {object} File
 * @property {string} path relative to the root
 * @property {string} text
 * @property {object} content
 */

/** @returns {File[]} */
function readAll(folder, isWanted) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter(isWanted)
    .toSorted()
    .map((name) => {
      const path = `${folder}/${name}`;
      const text = readFileSync(join(root, path), "utf8");
      return { path, text, content: parse(text) };
    });
}

export const workflows = () => readAll(".github/workflows", (name) => /\.ya?ml$/.test(name));
export const actions = () => readAll(".github/actions", (name) => /action\.ya?ml$/.test(name));

/** Every step of a file, with the job that it is in; an action has one list of steps. */
export function stepsOf({ content }) {
  if (content.runs) return (content.runs.steps ?? []).map((step) => ({ step, job: {} }));
  return Object.values(content.jobs).flatMap((job) => (job.steps ?? []).map((step) => ({ step, job })));
}

/** A command in which `$NAME` of the step's `env` that is a value of the matrix stands for each of these. */
export function commandsOf({ step, job }) {
  let commands = step.run.trim().split("\n");
  for (const [name, value] of Object.entries(step.env ?? {})) {
    const key = /^\$\{\{ matrix\.(\w+) \}\}$/.exec(value)?.[1];
    if (key)
      commands = commands.flatMap((command) =>
        job.strategy.matrix[key].map((one) => command.replace(`"$${name}"`, one)),
      );
  }
  return commands;
}
