// @ts-expect-error: a script, without types
import { upstreamCharts } from "../../terraform/mirror.mjs";
import { at, code, type Parts, read, table, withParts } from "./markdown.ts";

export const platformPath = at("docs/platform.md");

/** A variable of Terraform. */
export interface Variable {
  name: string;
  /** The configurations that have it. */
  roots: string[];
  type: string;
  default: string;
  description: string;
}

/** Root configurations, in the order in which they are applied. */
export const roots = ["cluster", "platform"];

/**
 * The variables of all configurations. A name means the same in each that has it.
 * @throws Error if it does not
 */
export function readAllVariables(texts = roots.map((root) => read(`terraform/${root}/variables.tf`))): Variable[] {
  const all = new Map<string, Variable>();
  for (const [index, text] of texts.entries())
    for (const variable of readVariables(text, roots[index])) {
      const other = all.get(variable.name);
      if (other && JSON.stringify({ ...other, roots: [] }) !== JSON.stringify({ ...variable, roots: [] }))
        throw new Error(`${variable.name}: another type, default or description in ${roots[index]}`);
      all.set(variable.name, { ...variable, roots: [...(other?.roots ?? []), ...variable.roots] });
    }
  return [...all.values()];
}

/** @throws Error if a block has no description, type or default */
export function readVariables(text: string, root = "platform"): Variable[] {
  return [...text.matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gm)].map(([, name = "", block = ""]) => {
    const [, description] = /^ {2}description = "(.*)"$/m.exec(block) ?? [];
    const [, type] = /^ {2}type {8}= (.*)$/m.exec(block) ?? [];
    const [, value] = /^ {2}default {5}= (.*)$/m.exec(block) ?? [];
    if (!description || !type || !value) throw new Error(`${name}: no description, type or default`);
    return { name, roots: [root], type, default: value, description };
  });
}

function variables(): string {
  return table(
    ["Variable", "Of", "Type", "Default", "Meaning"],
    readAllVariables().map(({ name, roots: of, type, default: value, description }) => [
      code(name),
      of.join(", "),
      type,
      code(value),
      description,
    ]),
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
    install("istio-cni", "cni", "istio-system", "--values istio/values/cni.yaml"),
    "for name in edge-gists istio-egress knative-serving; do kubectl create namespace $name; kubectl label namespace $name istio-injection=enabled pod-security.kubernetes.io/enforce=restricted; done",
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
