import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { generatedFiles } from "./observability.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run dashboards

Writes the JSON of the dashboards from observability/dashboards, and the rules of the objectives
from observability/slo.ts.
`;
readOptions({ usage });

for (const { path, text } of generatedFiles()) {
  writeFileSync(join(root, path), text);
  console.log(path);
}
