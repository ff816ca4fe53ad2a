import { writeFileSync } from "node:fs";
import { platformPath, renderPlatform } from "../docs/generate/platform.ts";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:platform

Writes the parts of docs/platform.md that come from terraform/.
`;
readOptions({ usage });

writeFileSync(platformPath, renderPlatform());
console.log(platformPath);
