/** The project's own Helm charts, and how they are rendered for each environment. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { tool } from "./tools.mjs";

export const environments = ["kind", "staging", "production"];

/** In the order in which they are installed. */
export const charts = [
  {
    name: "mesh",
    path: "istio/chart",
    release: "edge-gists-mesh",
    namespace: "istio-system",
    // A manifest has no `--create-namespace`, nor would that label it.
    manifestValues: ["--set", "namespaces.create=true"],
  },
  {
    name: "knative-serving",
    path: "knative/serving",
    release: "knative-serving-config",
    namespace: "knative-serving",
    // The mesh's manifest has it, because its policies are in it.
    manifestValues: ["--set", "namespace.create=false"],
  },
  {
    name: "edge-gists",
    path: "knative/chart",
    release: "edge-gists",
    namespace: "edge-gists",
  },
];

/** @returns {{ ok: boolean, stdout: string, stderr: string }} */
export function helm(...args) {
  const { status, stdout, stderr, error } = spawnSync(tool("helm"), args, { cwd: root, encoding: "utf8" });
  return { ok: status === 0, stdout: stdout ?? "", stderr: error?.message ?? stderr };
}

export function valuesOf(chart, environment) {
  return ["-f", join(chart.path, `values-${environment}.yaml`)];
}

/** Rendered YAML of a chart; null if Helm refuses, with its reason. */
export function render(chart, ...args) {
  const { ok, stdout, stderr } = helm(
    "template",
    chart.release,
    chart.path,
    "--namespace",
    chart.namespace,
    "--kube-version",
    "1.35.0",
    ...args,
  );
  return { text: ok ? stdout : null, reason: stderr };
}

/** The manifests of an environment as they are committed: path and text. */
export function manifests(environment) {
  return charts.map((chart, index) => {
    const { text, reason } = render(chart, ...valuesOf(chart, environment), ...(chart.manifestValues ?? []));
    if (text === null) throw new Error(`${chart.path}, ${environment}: ${reason}`);
    const head = `# Made from ${chart.path} by \`npm run manifests\`: change the chart, not this file.\n`;
    return { path: `knative/manifests/${environment}/${index + 1}0-${chart.name}.yaml`, text: head + text };
  });
}
