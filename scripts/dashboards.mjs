import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run dashboards

Writes the JSON of the dashboards from observability/dashboards, the rules of the objectives from
observability/slo.ts, and the configurations of observability/compose from the chart's values.
`;
readOptions({ usage });

// It is TypeScript in part, which an old Node cannot load.
const { generatedFiles } = await import("./observability.mjs");
for (const { path, text } of generatedFiles()) {
  writeFileSync(join(root, path), text);
  console.log(path);
}
