import { type Command, kubectl } from "./command.ts";
import type { Settings } from "./settings.ts";

/** A pod, as far as it matters here. */
export interface Pod {
  name: string;
  ip: string;
  revision: string;
  isReady: boolean;
  isEnding: boolean;
}

/** Lists the service's pods; the answer is for `toPods`. */
export function listPods(settings: Settings): Command {
  const selector = "--selector=serving.knative.dev/service=edge-gists";
  return kubectl(settings, "get", "pods", "--namespace=edge-gists", selector, "--output=json");
}

interface PodJson {
  metadata: { name: string; labels?: Record<string, string>; deletionTimestamp?: string };
  status?: { podIP?: string; conditions?: { type: string; status: string }[] };
}

export function toPods(json: string): Pod[] {
  return (JSON.parse(json) as { items: PodJson[] }).items.map(({ metadata, status }) => ({
    name: metadata.name,
    ip: status?.podIP ?? "",
    revision: metadata.labels?.["serving.knative.dev/revision"] ?? "",
    isReady: status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
    isEnding: metadata.deletionTimestamp !== undefined,
  }));
}
