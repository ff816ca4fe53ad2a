import assert from "node:assert/strict";
import { charts, environments, helm, render, valuesOf } from "../charts.mjs";
import { check } from "../checks.mjs";
import { toDocuments, renderedText, kubeconform, output, variants } from "./rendered.mjs";

/** Helm's linter, and every output against the schemas of its resources, which must refuse what is wrong. */
export function checkSchemas() {
  for (const chart of charts) {
    for (const environment of environments) {
      check(`helm lint --strict: ${chart.path}, ${environment}`, () => {
        const { ok, stdout, stderr } = helm("lint", "--strict", chart.path, ...valuesOf(chart, environment));
        assert.ok(ok, stdout + stderr);
      });
    }
  }

  function conforms(name, text, least) {
    check(`conforms: ${name}`, () => {
      const resources = kubeconform(text);
      assert.ok(least > 0 && resources.length === least, `${resources.length} of ${least} resources were looked at`);
      const wrong = resources.filter(({ status }) => status !== "statusValid");
      assert.deepEqual(
        wrong.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`),
        [],
      );
    });
  }
  const examples = new Map();
  for (const environment of environments) {
    for (const chart of charts) {
      const documents = output[environment][chart.name];
      const { text } = render(chart, ...valuesOf(chart, environment));
      conforms(`${chart.path}, ${environment}`, text ?? "", documents.length);
      for (const document of documents) examples.set(`${document.apiVersion} ${document.kind}`, document);
    }
  }
  for (const { chart, name, args } of variants) {
    check(`renders: ${chart.path}, ${name}`, () => {
      const text = renderedText(chart, ...valuesOf(chart, "kind"), ...args);
      const documents = toDocuments(text);
      for (const document of documents) examples.set(`${document.apiVersion} ${document.kind}`, document);
      conforms(`${chart.path}, ${name}`, text, documents.length);
    });
  }
  // A schema that is missing or open would let everything pass: each kind must be refused with one field too many.
  for (const [kind, document] of examples) {
    check(`schema of ${kind} is strict`, () => {
      // A namespace's spec and a secret's are not there; the root is closed too.
      const at = document.spec && Object.keys(document.spec).length > 0 ? "spec" : "root";
      const wrong =
        at === "spec" ? { ...document, spec: { ...document.spec, noSuchField: 1 } } : { ...document, noSuchField: 1 };
      const [resource] = kubeconform(JSON.stringify(wrong));
      assert.equal(resource.status, "statusInvalid", `one field too many at ${at} passes`);
      const [meta] = kubeconform(
        JSON.stringify({ ...document, metadata: { ...document.metadata, labels: { number: 1 } } }),
      );
      assert.equal(meta.status, "statusInvalid", "a label that is a number passes");
    });
  }
}
