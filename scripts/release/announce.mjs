import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { confirm, readOptions, yes } from "../options.mjs";
import { commitsSinceLast, toNotes } from "../release-notes.mjs";
import { out, sbom, tag } from "./paths.mjs";
import { run } from "./run.mjs";

const usage = `
npm run release:announce [-- --yes]

Makes the release on GitHub by gh: its notes from the commits, its files those that npm run release
made. Asks first; needs --yes where there is no terminal.
`;

/** @returns {{ args: string[], notes: string }} arguments of `gh`, and what it reads */
export function announcement() {
  const charts = readdirSync(out)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(out, name));
  const args = ["release", "create", tag, "--verify-tag", `--title=${tag}`, "--notes-file=-", sbom, ...charts];
  return { args, notes: toNotes(commitsSinceLast(tag)) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = readOptions({ usage, options: yes });
  await confirm(`Make the release ${tag} on GitHub?`, values.yes);
  const { args, notes } = announcement();
  run("gh", args, { input: notes });
}
