// @ts-expect-error: a script, without types
import { upstreamCharts } from "../../terraform/mirror.mjs";
import { at, code, type Parts, read, table, withParts } from "./markdown.ts";

export const platformPath = at("docs/platform.md");

/** A variable of Terraform. */
export interface Variable {
  name: string;
  type: string;
  default: string;
  description: string;
}

/** @throws Error if a block has no description, type or default */
export function readVariables(text = read("terraform/variables.tf")): Variable[] {
  return [...text.matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gm)].map(([, name = "", block = ""]) => {
    const [, description] = /^ {2}description = "(.*)"$/m.exec(block) ?? [];
    const [, type] = /^ {2}type {8}= (.*)$/m.exec(block) ?? [];
    const [, value] = /^ {2}default {5}= (.*)$/m.exec(block) ?? [];
    if (!description || !type || !value) throw new Error(`${name}: no description, type or default`);
    return { name, type, default: value, description };
  });
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

/** The upstream charts that an apply installs, in its order and with Terraform's values. */
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

const parts: Parts = { variables, charts, images, helm };

/** docs/platform.md with its generated parts replaced. */
export const renderPlatform = (page = read("docs/platform.md")): string => withParts(page, parts);
