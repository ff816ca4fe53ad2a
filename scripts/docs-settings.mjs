import { readFileSync, writeFileSync } from "node:fs";
import { readmePath, renderReadme } from "../docs/generate/readme.ts";
import { renderSettings, settingsPath } from "../docs/generate/settings.ts";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:settings

Writes the tables of settings in docs/settings.md and README.md from functions/.
`;
readOptions({ usage });

for (const [path, render] of [
  [settingsPath, renderSettings],
  [readmePath, renderReadme],
]) {
  const file = new URL(`../${path}`, import.meta.url);
  writeFileSync(file, render(readFileSync(file, "utf8")));
  console.log(path);
}
