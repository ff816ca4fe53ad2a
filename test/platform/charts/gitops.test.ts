import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../../harness/built.mjs";
import { manifests } from "../../../scripts/charts.mjs";
import { type Document, ofKind, only, toDocuments } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { kubeconform } from "../support/kubeconform.ts";

/** The committed manifests of production, in the order of installation. */
const installed: string[] = manifests("production").map(({ path }) => path);
const flux = toDocuments(read("knative/gitops/flux/edge-gists.yaml"));
const folder = "knative/gitops/argocd/applications";
const applications: Document[] = readdirSync(join(root, folder)).flatMap((file) =>
  toDocuments(read(join(folder, file))),
);
const [parent] = toDocuments(read("knative/gitops/argocd/edge-gists.yaml"));

test("all of it conforms to the schemas of Flux and Argo CD", () => {
  for (const document of [...flux, parent, ...applications]) {
    expect(kubeconform(JSON.stringify(document)), document.metadata.name).toMatchObject([{ status: "statusValid" }]);
    const wrong = { ...document, spec: { ...document.spec, noSuchField: 1 } };
    expect(kubeconform(JSON.stringify(wrong))[0]?.status, "a field too many").toBe("statusInvalid");
  }
});

describe("Flux", () => {
  const kustomizations = ofKind(flux, "Kustomization");

  test("applies every manifest once, each after the one before", () => {
    const paths = kustomizations.flatMap(({ spec }) => {
      const at = join(spec.path, "kustomization.yaml");
      return parse(read(at)).resources.map((resource: string) => join(spec.path, resource));
    });
    expect(paths).toEqual(installed);
    expect(kustomizations.map(({ spec }) => spec.dependsOn?.map(({ name }) => name) ?? [])).toEqual(
      kustomizations.map((_, index) => (index === 0 ? [] : [kustomizations[index - 1]?.metadata.name])),
    );
  });

  test("waits for what the next one needs", () => {
    for (const [index, { spec }] of kustomizations.entries()) {
      if (spec.wait) continue;
      const documents = toDocuments(read(installed[index]!));
      expect(spec.healthChecks).not.toEqual([]);
      for (const { apiVersion, kind, name, namespace } of spec.healthChecks) {
        const found = documents.find((one) => one.kind === kind && one.apiVersion === apiVersion);
        expect(found?.metadata).toMatchObject({ name, namespace });
      }
    }
  });

  test("fetches what it applies", () => {
    const { metadata, spec } = only(flux, "GitRepository");
    for (const one of kustomizations) {
      expect(one.spec.sourceRef).toEqual({ kind: "GitRepository", name: metadata.name });
      expect(statSync(join(root, one.spec.path)).isDirectory()).toBe(true);
      expect(one.spec.path).toMatch(/^\.\/knative\//);
    }
    expect(spec.ignore.trim().split("\n")).toEqual(["/*", "!/knative"]);
  });
});

describe("Argo CD", () => {
  test("applies every manifest once, each in a later wave", () => {
    const wave = ({ metadata }: Document) => Number(metadata.annotations["argocd.argoproj.io/sync-wave"]);
    const ordered = applications.toSorted((a, b) => wave(a) - wave(b));
    expect(ordered.map(({ spec }) => join(spec.source.path, spec.source.directory.include))).toEqual(installed);
    expect(new Set(ordered.map(wave)).size).toBe(installed.length);
  });

  test("finds its applications in the repository that they come from", () => {
    expect(parent.spec.source.path).toBe(folder);
    expect(existsSync(join(root, folder))).toBe(true);
    for (const { spec } of applications) {
      const { repoURL, targetRevision } = parent.spec.source;
      expect(spec.source).toMatchObject({ repoURL, targetRevision });
    }
  });
});
