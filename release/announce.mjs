import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { confirm, readOptions, yes } from "../scripts/options.mjs";
import { run } from "./command.mjs";
import { changesOf, commitsSinceLast, toNotes } from "./notes.mjs";
import { out, sbom, tag, version } from "./paths.mjs";

const usage = `
npm run release announce [-- --yes]

Creates the release on GitHub by gh. Its notes are the section of CHANGELOG.md and the commits, its
files those of npm run release. Asks first; needs --yes without a terminal.
`;

/** The changes of this version in CHANGELOG.md. @param {boolean} isReleased the section must have a date */
export function changes(isReleased) {
  return changesOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version, isReleased);
}

/**
 * @param {boolean} isReleased the section of CHANGELOG.md must have a date
 * @returns {{ args: string[], notes: string }} arguments of `gh`, and its input
 */
export function announcement(isReleased) {
  const charts = readdirSync(out)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(out, name));
  const args = ["release", "create", tag, "--verify-tag", `--title=${tag}`, "--notes-file=-", sbom, ...charts];
  const commits = toNotes(commitsSinceLast(tag));
  return { args, notes: `${changes(isReleased)}\n<details><summary>Commits</summary>\n\n${commits}\n</details>\n` };
}

/** `npm run release announce` */
export async function main() {
  const { values } = readOptions({ usage, options: yes });
  await confirm(`Create the release ${tag} on GitHub?`, values.yes);
  const { args, notes } = announcement(true);
  run("gh", args, { input: notes });
}
