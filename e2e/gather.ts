import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, execute, kubectl } from "./command.ts";
import type { Settings } from "./settings.ts";

/** Information on a failure, by the name of its file. */
export function toGather(settings: Settings): Record<string, Command> {
  const all = "--all-namespaces";
  const get = (...args: string[]) => kubectl(settings, "get", ...args);
  return {
    "nodes.txt": kubectl(settings, "describe", "nodes"),
    "pods.txt": get("pods", all, "--output=wide"),
    "pods-described.txt": kubectl(settings, "describe", "pods", all),
    "events.txt": get("events", all, "--sort-by=.lastTimestamp"),
    "services.yaml": get("services,endpointslices", all, "--output=yaml"),
    "network-policies.yaml": get("networkpolicies", all, "--output=yaml"),
    "knative.yaml": get(
      "knativeserving,ksvc,route,configuration,revision,domainmapping,kingress,podautoscaler,serverlessservice",
      all,
      "--output=yaml",
    ),
    "istio.yaml": get(
      "gateway.networking.istio.io,virtualservice,destinationrule,serviceentry,sidecar,peerauthentication,authorizationpolicy,telemetry",
      all,
      "--output=yaml",
    ),
    "certificates.yaml": get("certificate,certificaterequest,clusterissuer", all, "--output=yaml"),
  };
}

/** Pods whose logs are read: of everything that an apply installs. */
function listAll(settings: Settings): Command {
  const each = '{range .items[*]}{.metadata.namespace}{"\\t"}{.metadata.name}{"\\n"}{end}';
  return kubectl(settings, "get", "pods", "--all-namespaces", `--output=jsonpath=${each}`);
}

/** The dashboards' figures of the last hour, through the API server. */
const queries = {
  "requests by status": "sum by (status) (rate(http_requests_total[1m]))",
  "pods by revision": "sum by (revision_name) (autoscaler_actual_pods)",
  "pods wanted": "sum by (revision_name) (autoscaler_desired_pods)",
  "GitHub by status": "sum by (status) (rate(github_api_requests_total[1m]))",
  "gateway by status": "sum by (response_code) (rate(istio_requests_total[1m]))",
};

export function toQuery(settings: Settings, query: string, now = Date.now()): Command {
  const end = Math.floor(now / 1000);
  const parameters = new URLSearchParams({ query, start: String(end - 3600), end: String(end), step: "15" });
  const mimir = "/api/v1/namespaces/observability/services/mimir:8080/proxy/prometheus/api/v1/query_range";
  return kubectl(settings, "get", `--raw=${mimir}?${parameters}`);
}

/**
 * Writes all of it into the run's folder. If something is not available, its file says so: the cluster may be
 * incomplete.
 */
export async function gather(settings: Settings): Promise<void> {
  const folder = join(settings.folder, "gathered");
  mkdirSync(join(folder, "logs"), { recursive: true });
  const keep = async (file: string, command: Command) => {
    const { stdout, stderr } = await execute({ ...command, seconds: 60 });
    writeFileSync(join(folder, file), stdout || stderr);
  };
  for (const [file, command] of Object.entries(toGather(settings))) await keep(file, command);
  const { stdout } = await execute(listAll(settings));
  for (const line of stdout.split("\n").filter(Boolean)) {
    const [namespace = "", pod = ""] = line.split("\t");
    const logs = ["logs", `--namespace=${namespace}`, pod, "--all-containers", "--prefix", "--tail=2000"];
    await keep(`logs/${namespace}-${pod}.txt`, kubectl(settings, ...logs));
    if (stdout.length > 0) await keep(`logs/${namespace}-${pod}-before.txt`, kubectl(settings, ...logs, "--previous"));
  }
  for (const [name, query] of Object.entries(queries)) {
    await keep(`metrics-${name.replaceAll(" ", "-")}.json`, toQuery(settings, query));
  }
}
