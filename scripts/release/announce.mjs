/** `npm run release:announce`: the release on GitHub, its notes from the commits, its files those that `npm run release` made. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { commitsSinceLast, toNotes } from "../release-notes.mjs";
import { out, sbom, tag } from "./paths.mjs";
import { run } from "./run.mjs";

const charts = readdirSync(out)
  .filter((name) => name.endsWith(".tgz"))
  .map((name) => join(out, name));
run("gh", ["release", "create", tag, "--verify-tag", `--title=${tag}`, "--notes-file=-", sbom, ...charts], {
  input: toNotes(commitsSinceLast(tag)),
});
