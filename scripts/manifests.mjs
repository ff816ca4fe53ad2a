import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../harness/built.mjs";
import { environments, manifests } from "./charts.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run manifests

Writes knative/manifests, an environment a folder: the charts as plain manifests for kubectl apply.
`;
readOptions({ usage });

rmSync(join(root, "knative/manifests"), { recursive: true, force: true });
for (const environment of environments) {
  for (const { path, text } of manifests(environment)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
}
