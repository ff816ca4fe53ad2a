import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { manifests } from "../../../scripts/charts.mjs";
import { ofKind, toDocuments } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { environments } from "./own-charts.ts";

test.each(environments)("manifests of %s are what the charts say", (environment) => {
  for (const { path, text } of manifests(environment)) {
    expect(existsSync(join(root, path)), `${path} is missing: npm run manifests`).toBe(true);
    expect(read(path).replaceAll("\r\n", "\n"), `${path} is old: npm run manifests`).toBe(text);
    expect(ofKind(toDocuments(text), "Secret"), "a secret is committed").toEqual([]);
  }
});

test("no further manifests", () => {
  const folder = "knative/manifests";
  const committed = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    );
  const made = environments.flatMap((environment) => manifests(environment).map(({ path }) => path));
  expect(committed.toSorted()).toEqual(made.toSorted());
});
