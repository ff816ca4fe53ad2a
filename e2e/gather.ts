import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, execute, kubectl } from "./command.ts";
import { forward } from "./port-forward.ts";
import type { Settings } from "./settings.ts";
import { until } from "./until.ts";

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

/** The dashboards' figures of the last hour. */
export const queries = {
  "requests by status": "sum by (status) (rate(http_requests_total[1m]))",
  "pods by revision": "sum by (kn_revision_name) (kn_revision_pods_count)",
  "pods wanted": "sum by (kn_revision_name) (kn_revision_pods_desired)",
  "GitHub by status": "sum by (status) (rate(github_api_requests_total[1m]))",
  "gateway by status": "sum by (response_code) (rate(istio_requests_total[1m]))",
};

/** The address of a query, at an origin that leads to Mimir. */
export function toQueryUrl(origin: string, query: string, now = Date.now()): string {
  const end = Math.floor(now / 1000);
  const parameters = new URLSearchParams({ query, start: String(end - 3600), end: String(end), step: "15" });
  return `${origin}/prometheus/api/v1/query_range?${parameters}`;
}

/**
 * The figures by name, or why there are none. A port is forwarded: the network policy of the stack lets neither a stranger
 * nor the API server's proxy in.
 */
async function askMimir(settings: Settings): Promise<Record<string, string>> {
  const failed = (why: string) => Object.fromEntries(Object.keys(queries).map((name) => [name, why]));
  const { status, stderr } = await execute(kubectl(settings, "get", "service", "mimir", "--namespace=observability"));
  if (status !== 0) return failed(stderr);
  const { url, stop } = await forward(settings, "observability", "service/mimir", 8080);
  const ask = async (query: string) => {
    const response = await fetch(toQueryUrl(url, query), { signal: AbortSignal.timeout(30_000) });
    return response.text();
  };
  try {
    await until("Mimir", 15, async () => ((await fetch(`${url}/ready`)).ok ? true : undefined));
    const answers = Object.entries(queries).map(async ([name, query]) => [name, await ask(query)] as const);
    return Object.fromEntries(await Promise.all(answers));
  } catch (error) {
    return failed(`${(error as Error).message}\n`);
  } finally {
    stop();
  }
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
  for (const [name, figures] of Object.entries(await askMimir(settings)))
    writeFileSync(join(folder, `metrics-${name.replaceAll(" ", "-")}.json`), figures);
}
