/** `npm run docs:platform`: makes the parts of docs/platform.md anew that come from terraform/. */
import { writeFileSync } from "node:fs";
import { platformPath, renderPlatform } from "../test/docs/render-platform.ts";

writeFileSync(platformPath, renderPlatform());
console.log(platformPath);
