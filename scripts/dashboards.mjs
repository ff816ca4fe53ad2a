/**
 * `npm run dashboards`: writes the dashboards' JSON from observability/dashboards and the objectives' rules from
 * observability/slo.ts.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./built.mjs";
import { generatedFiles } from "./observability.mjs";

for (const { path, text } of generatedFiles()) {
  writeFileSync(join(root, path), text);
  console.log(path);
}
