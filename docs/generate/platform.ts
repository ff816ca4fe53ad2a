import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
// @ts-expect-error: a script, without types
import { upstreamCharts } from "../../scripts/mirror.mjs";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string) => readFileSync(at(path), "utf8");

export const platformPath = at("docs/platform.md");

/** A variable of Terraform's, as its block says. */
export interface Variable {
  name: string;
  type: string;
  default: string;
  description: string;
}

/** @throws Error where a block lacks a description, a type or a default */
export function readVariables(text = read("terraform/variables.tf")): Variable[] {
  return [...text.matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gm)].map(([, name = "", block = ""]) => {
    const [, description] = /^ {2}description = "(.*)"$/m.exec(block) ?? [];
    const [, type] = /^ {2}type {8}= (.*)$/m.exec(block) ?? [];
    const [, value] = /^ {2}default {5}= (.*)$/m.exec(block) ?? [];
    if (!description || !type || !value) throw new Error(`${name}: no description, type or default`);
    return { name, type, default: value, description };
  });
}

const code = (text: string) => `\`${text}\``;

/** Aligned, as the formatter has it. */
function table(heading: string[], rows: string[][]): string {
  const cells = [heading, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = heading.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const toLine = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [toLine(first), toLine(widths.map((width) => "-".repeat(width))), ...others.map(toLine)].join("\n");
}

function variables(): string {
  return table(
    ["Variable", "Type", "Default", "Meaning"],
    readVariables().map(({ name, type, default: value, description }) => [code(name), type, code(value), description]),
  );
}

interface Chart {
  name: string;
  version: string;
  repository: string;
}

function charts(): string {
  const rows = (upstreamCharts() as Chart[]).map(({ name, version, repository }) => [code(name), version, repository]);
  return table(["Chart", "Version", "Repository"], rows);
}

function images(): string {
  const { images } = JSON.parse(read("terraform/versions.json")) as { images: Record<string, string> };
  const rows = Object.entries(images).map(([name, source]) => [code(name), code(source)]);
  return table(["In the mirror", "From"], rows);
}

/** What an apply installs from upstream by Helm, in its order: the values are those that Terraform gives. */
function helm(): string {
  const { charts, kubernetes_min: kubernetes } = JSON.parse(read("terraform/versions.json")) as {
    charts: Record<string, { repository: string; version: string }>;
    kubernetes_min: string;
  };
  const install = (release: string, name: string, namespace: string, ...more: string[]) => {
    const chart = charts[name];
    if (!chart) throw new Error(`${name} is not in versions.json`);
    const from = `--repo ${chart.repository} --version ${chart.version}`;
    return `helm install ${release} ${name} ${from} \\\n  --namespace ${namespace} ${[...more, "--wait"].join(" ")}`;
  };
  const commands = [
    install(
      "metallb",
      "metallb",
      "metallb-system",
      "--create-namespace --set frrk8s.enabled=false,speaker.frr.enabled=false,speaker.ignoreExcludeLB=true,crds.validationFailurePolicy=Ignore",
    ),
    "helm install address-pool terraform/charts/address-pool --namespace metallb-system --set addresses=<first>-<last>",
    install("istio-base", "base", "istio-system", "--create-namespace --values istio/values/base.yaml"),
    install("istiod", "istiod", "istio-system", "--values istio/values/istiod.yaml"),
    "for name in edge-gists istio-egress knative-serving; do kubectl create namespace $name; kubectl label namespace $name istio-injection=enabled; done",
    install("istio-ingressgateway", "gateway", "istio-system", "--values istio/values/ingressgateway.yaml"),
    install("istio-egressgateway", "gateway", "istio-egress", "--values istio/values/egressgateway.yaml"),
    install("cert-manager", "cert-manager", "cert-manager", "--create-namespace --set crds.enabled=true"),
    "helm install certificate-authority terraform/charts/certificate-authority --namespace cert-manager",
    install(
      "knative-operator",
      "knative-operator",
      "knative-operator",
      `--create-namespace --set knative_operator.kubernetes_min_version=${kubernetes}`,
    ),
  ];
  return ["```sh", ...commands, "```"].join("\n");
}

const parts: Record<string, () => string> = { variables, charts, images, helm };

/** The page with its made parts made anew: what stands between `<!-- name -->` and `<!-- /name -->`. */
export function renderPlatform(page = readFileSync(platformPath, "utf8")): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    if (!pattern.test(text)) throw new Error(`docs/platform.md has no part ${name}`);
    return text.replace(pattern, (_, begin: string, end: string) => `${begin}\n${make()}\n\n${end}`);
  }, page);
}
