import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { readOptions, refuse } from "./options.mjs";
import { components, readVersion, toFiles } from "./versions/components.mjs";

const usage = `
npm run versions [-- NAME VERSION] [--image=TAG] [--dry-run]

Without a name, prints the version of every upstream component. With one, moves it to VERSION: its
charts, images, schemas and documents, and writes the generated files again. Whether a release has
that version is not checked.

Names: ${Object.keys(components).slice(0, 6).join(", ")},
       ${Object.keys(components).slice(6).join(", ")}
`;
const { values, positionals } = readOptions({
  usage,
  options: {
    image: { type: "string", value: "TAG", description: "tag of the image, for a part of the observability chart" },
    "dry-run": { type: "boolean", default: false, description: "print the files that would change" },
  },
  anyWords: ["NAME VERSION", "what moves, and where to"],
});

const read = (path) => readFileSync(join(root, path), "utf8");
const [name, version, ...more] = positionals;

if (positionals.length === 0) {
  const width = Math.max(...Object.keys(components).map((one) => one.length));
  for (const one of Object.keys(components)) console.log(`${one.padEnd(width)}   ${readVersion(one, read)}`);
} else {
  if (!Object.hasOwn(components, name)) refuse(`${name}: no component of that name (npm run versions)`);
  if (!version || more.length > 0) refuse(`${name}: one version after the name`);
  move();
}

function move() {
  let files;
  try {
    files = toFiles(name, version, values.image, read);
  } catch (error) {
    refuse(error.message);
  }
  const changed = [...files].filter(([path, text]) => text !== read(path));
  for (const [path, text] of changed) {
    console.log(path);
    if (!values["dry-run"]) writeFileSync(join(root, path), text);
  }
  if (values["dry-run"] || changed.length === 0) return;
  for (const [script, ...args] of [["scripts/docs.mjs", "platform"], ["scripts/manifests.mjs"]]) {
    const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
    if (status !== 0) refuse(`${script} failed`);
  }
  console.log(`\n${components[name].note ?? ""}\nnpm run check charts; npm run check terraform; npm run up`.trim());
}
