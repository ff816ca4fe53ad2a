import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { type Source, type Texts } from "./settings.ts";

/** Environments of the charts. */
export const environments = ["kind", "staging", "production"] as const;

export interface Deployed extends Source {
  /** Cores that the service requests for a pod. */
  cpuRequest: number;
}

// Resources are read as far as they are needed.
// oxlint-disable-next-line typescript/no-explicit-any
type Resource = any;

function readResource(environment: string, file: string, apiVersion: string, kind: string): Resource {
  const url = new URL(`../../../knative/manifests/${environment}/${file}`, import.meta.url);
  const resources = parseAllDocuments(readFileSync(url, "utf8")).map((document) => document.toJS() as Resource);
  const found = resources.find((resource) => resource?.kind === kind && resource.apiVersion === apiVersion);
  if (!found) throw new Error(`knative/manifests/${environment}/${file} has no ${kind}`);
  return found;
}

/** What the charts set in an environment: their manifests, which `npm run check charts` compares with them. */
export function readDeployed(environment: (typeof environments)[number]): Deployed {
  const service = readResource(environment, "30-edge-gists.yaml", "serving.knative.dev/v1", "Service");
  const serving = readResource(
    environment,
    "20-knative-serving.yaml",
    "operator.knative.dev/v1beta1",
    "KnativeServing",
  );
  const { metadata, spec } = service.spec.template;
  const [, cores = "", milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(spec.containers[0].resources.requests.cpu)) ?? [];
  return {
    annotations: metadata.annotations as Texts,
    config: (serving.spec.config.autoscaler ?? {}) as Texts,
    containerConcurrency: Number(spec.containerConcurrency ?? 0),
    cpuRequest: Number(cores) / (milli ? 1000 : 1),
  };
}
