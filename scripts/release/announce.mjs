import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { confirm, readOptions, yes } from "../options.mjs";
import { root } from "../../harness/built.mjs";
import { changesOf, commitsSinceLast, toNotes } from "../release-notes.mjs";
import { out, sbom, tag, version } from "./paths.mjs";
import { run } from "./run.mjs";

const usage = `
npm run release:announce [-- --yes]

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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = readOptions({ usage, options: yes });
  await confirm(`Create the release ${tag} on GitHub?`, values.yes);
  const { args, notes } = announcement(true);
  run("gh", args, { input: notes });
}
