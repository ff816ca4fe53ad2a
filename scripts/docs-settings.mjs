import { readFileSync, writeFileSync } from "node:fs";
import { renderSettings, settingsPath } from "../docs/generate/settings.ts";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:settings

Writes the tables of docs/settings.md from the settings in functions/.
`;
readOptions({ usage });

const file = new URL(`../${settingsPath}`, import.meta.url);
writeFileSync(file, renderSettings(readFileSync(file, "utf8")));
console.log(settingsPath);
