import { expect } from "vitest";
import { parseAllDocuments } from "yaml";

/** A resource of Kubernetes. Its fields are what the schemas say, which the charts' tests ask for. */
export type Document = any;

/** Resources of a text in YAML; empty documents are left out. */
export function toDocuments(text: string): Document[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Document)
    .filter(Boolean);
}

/** Those of a kind, and of a name if one is given. */
export function ofKind(documents: readonly Document[], kind: string, name?: string): Document[] {
  return documents.filter((document) => document.kind === kind && (!name || document.metadata.name === name));
}

/** The only one of a kind and name: a failed expectation if there is none, or another. */
export function only(documents: readonly Document[], kind: string, name?: string): Document {
  const found = ofKind(documents, kind, name);
  expect(found, `${kind} ${name ?? ""}`).toHaveLength(1);
  return found[0];
}

export function knativeService(documents: readonly Document[]): Document {
  return documents.find(({ kind, apiVersion }) => kind === "Service" && apiVersion === "serving.knative.dev/v1");
}

/** Every container of these resources. */
export function containersOf(documents: readonly Document[]): Document[] {
  return documents.flatMap((document) => document.spec?.template?.spec?.containers ?? []);
}
