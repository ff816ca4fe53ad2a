import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/built.mjs";
import { environments, manifests } from "../charts.mjs";
import { check } from "../checks.mjs";
import { read, toDocuments, ofKind } from "./rendered.mjs";

/** The manifests that are committed are what the charts say. */
export function checkManifests() {
  const committed = new Set(
    environments.flatMap((environment) => {
      const folder = `knative/manifests/${environment}`;
      return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [];
    }),
  );
  for (const environment of environments) {
    check(`manifests of ${environment} are what the charts say`, () => {
      for (const { path, text } of manifests(environment)) {
        assert.ok(committed.delete(path), `${path} is missing: npm run manifests`);
        assert.ok(read(path).replaceAll("\r\n", "\n") === text, `${path} is old: npm run manifests`);
        assert.deepEqual(ofKind(toDocuments(text), "Secret"), [], "a secret is committed");
      }
    });
  }
  check("no further manifests", () => assert.deepEqual([...committed], []));
}
