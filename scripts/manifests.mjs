/** `npm run manifests`: the charts as plain manifests for `kubectl apply`, an environment a folder. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./built.mjs";
import { environments, manifests } from "./charts.mjs";

rmSync(join(root, "knative/manifests"), { recursive: true, force: true });
for (const environment of environments) {
  for (const { path, text } of manifests(environment)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
}
