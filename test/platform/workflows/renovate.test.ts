import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Manager {
  managerFilePatterns: string[];
  matchStrings: string[];
}

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const { customManagers } = JSON.parse(read(".github/renovate.json")) as { customManagers: Manager[] };

/** The packages that Renovate finds in a file by our expressions, its only source there. */
function found(path: string): string[] {
  const text = read(path);
  return customManagers
    .filter(({ managerFilePatterns }) => managerFilePatterns.includes(path))
    .flatMap(({ matchStrings }) => matchStrings)
    .flatMap((expression) => [...text.matchAll(new RegExp(expression, "g"))])
    .map(({ groups }) => [groups?.["depName"], groups?.["currentValue"]].filter(Boolean).join("@"))
    .toSorted();
}

test("every tool is watched, by its module", () => {
  const tools = Object.values(JSON.parse(read("scripts/tools.json")) as Record<string, Record<string, string>>);
  expect(found("scripts/tools.json")).toEqual(
    tools.map(({ package: path, version }) => `${path?.replace(/\/cmd(?:\/.+)?$/, "")}@${version}`).toSorted(),
  );
});

test("every module of schemas is watched", () => {
  const { kubernetes, definitions } = JSON.parse(read("test/platform/support/schemas.json")) as {
    kubernetes: { module: string; version: string };
    definitions: { module: string; version: string }[];
  };
  expect(found("test/platform/support/schemas.json")).toEqual(
    [kubernetes, ...definitions].map(({ module, version }) => `${module}@${version}`).toSorted(),
  );
});

test("every chart that Terraform installs, and Knative, are watched", () => {
  const { charts, knative } = JSON.parse(read("terraform/versions.json")) as {
    charts: Record<string, { version: string }>;
    knative: string;
  };
  const all = Object.entries(charts).map(([name, { version }]) => `${name}@${version}`);
  expect(found("terraform/versions.json")).toEqual([knative, ...all].toSorted());
  expect(found("knative/serving/values.yaml")).toEqual([knative]);
});

test("a change of several files says which command makes the rest of it", () => {
  const { packageRules } = JSON.parse(read(".github/renovate.json")) as {
    packageRules: { matchPackageNames?: string[]; prBodyNotes?: string[] }[];
  };
  const { charts } = JSON.parse(read("terraform/versions.json")) as { charts: object };
  const { scripts } = JSON.parse(read("package.json")) as { scripts: object };
  expect(scripts).toHaveProperty("versions");
  for (const name of Object.keys(charts)) {
    const rule = packageRules.find(({ matchPackageNames }) => matchPackageNames?.includes(name));
    expect(rule?.prBodyNotes?.join(), name).toContain("npm run versions -- ");
  }
});

test("the container's Node is watched", () => {
  expect(found("Dockerfile")).toEqual([/^ARG NODE_VERSION=(\S+)$/m.exec(read("Dockerfile"))?.[1]]);
});
