import { expect, test } from "vitest";
import { toDocuments } from "../support/documents.ts";
import { kubeconform } from "../support/kubeconform.ts";
import { allDocuments, textOf, textOfVariant } from "./rendered.ts";
import { variants } from "./variants.ts";
import { charts, environments } from "./own-charts.ts";

/** Every resource of a text has a schema, and is what it says. */
function expectValid(text: string) {
  const resources = kubeconform(text);
  expect(resources.length).toBeGreaterThan(0);
  expect(resources).toHaveLength(toDocuments(text).length);
  const wrong = resources.filter(({ status }) => status !== "statusValid");
  expect(wrong.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`)).toEqual([]);
}

for (const environment of environments)
  for (const chart of charts)
    test(`conforms: ${chart.path}, ${environment}`, () => expectValid(textOf(chart, environment)));

for (const { chart, name } of variants) {
  test(`renders: ${chart.path}, ${name}`, () => expect(toDocuments(textOfVariant(name))).not.toEqual([]));
  test(`conforms: ${chart.path}, ${name}`, () => expectValid(textOfVariant(name)));
}

// A schema that is missing or open would let everything pass: each kind must be refused with one field too many.
const examples = new Map(allDocuments().map((document) => [`${document.apiVersion} ${document.kind}`, document]));

test.each([...examples])("schema of %s is strict", (_, document) => {
  // A namespace's spec and a secret's are not there; the root is closed too.
  const at = document.spec && Object.keys(document.spec).length > 0 ? "spec" : "root";
  const wrong =
    at === "spec" ? { ...document, spec: { ...document.spec, noSuchField: 1 } } : { ...document, noSuchField: 1 };
  expect(kubeconform(JSON.stringify(wrong))[0]?.status, `one field too many at ${at}`).toBe("statusInvalid");
  const labelled = { ...document, metadata: { ...document.metadata, labels: { number: 1 } } };
  expect(kubeconform(JSON.stringify(labelled))[0]?.status, "a label that is a number").toBe("statusInvalid");
});
