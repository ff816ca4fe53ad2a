import { type Command, kubectl } from "./command.ts";
import type { Settings } from "./settings.ts";
import { nodePath, outside, stranger } from "./stand-in/manifest.ts";

/** The result of a request to a URL from inside the cluster. */
export interface Probed {
  status?: number;
  text?: string;
  /** Code or name of the error. */
  error?: string;
}

/** Sends one request, from a pod: prints its result, and ends with code 0 whatever that was. */
const program = `
const fail = (error) => ({ error: error.cause?.code ?? (typeof error.code === "string" ? error.code : error.name) });
const read = async (answer) => ({ status: answer.status, text: (await answer.text()).slice(0, 200) });
fetch(process.argv[1], { headers: JSON.parse(process.argv[2] ?? "{}"), redirect: "manual", signal: AbortSignal.timeout(8000) }).then(read).catch(fail).then((found) => console.log(JSON.stringify(found)));
`;

/**
 * The same to a name at the gateway, from inside the cluster, where nobody resolves it. The certificate is not checked:
 * stage `edge` does that.
 */
const gatewayProgram = `
const [host, path, headers] = process.argv.slice(1);
const options = { host: "istio-ingressgateway.istio-system.svc.cluster.local", servername: host, path, headers: { ...JSON.parse(headers), host }, rejectUnauthorized: false, timeout: 30000 };
const say = (found) => console.log(JSON.stringify(found));
require("node:https").get(options, (answer) => { let text = ""; answer.on("data", (chunk) => (text += chunk)).on("end", () => say({ status: answer.statusCode, text: text.slice(0, 200) })); }).on("timeout", function () { this.destroy(); }).on("error", (error) => say({ error: error.code ?? error.name }));
`;

/**
 * The source: a pod without a sidecar, another one, one with a sidecar in another namespace, or (by name) one of the
 * service.
 */
export type From = "outside" | "visitor" | "stranger" | { pod: string };

function execute(settings: Settings, from: From, text: string, ...args: string[]): Command {
  const where =
    from === "outside"
      ? [`--namespace=${outside}`, "deployment/github", "--container=github"]
      : from === "visitor"
        ? [`--namespace=${outside}`, "deployment/visitor", "--container=visitor"]
        : from === "stranger"
          ? [`--namespace=${stranger}`, "deployment/stranger", "--container=stranger"]
          : ["--namespace=edge-gists", from.pod, "--container=edge-gists"];
  return kubectl(settings, "exec", ...where, "--", nodePath, "-e", text.trim().replaceAll("\n", " "), ...args);
}

export function probe(settings: Settings, from: From, url: string, headers?: Record<string, string>): Command {
  return execute(settings, from, program, url, ...(headers ? [JSON.stringify(headers)] : []));
}

/** One request to the service, through the gateway. */
export function probeGateway(
  settings: Settings,
  from: From,
  path: string,
  headers: Record<string, string> = {},
): Command {
  return execute(settings, from, gatewayProgram, `gists.${settings.domain}`, path, JSON.stringify(headers));
}

/** @throws Error if the program did not run */
export function toProbed(stdout: string): Probed {
  return JSON.parse(stdout) as Probed;
}

/**
 * True if a connection was made and then closed without a response: by a proxy that requires mTLS, or lets nothing out.
 */
export function wasCut({ error }: Probed): boolean {
  return error === "ECONNRESET" || error === "UND_ERR_SOCKET" || error === "EPIPE";
}

/** True if nothing came back at all: packets were dropped. */
export function wasDropped({ error }: Probed): boolean {
  return error === "TimeoutError" || error === "UND_ERR_CONNECT_TIMEOUT" || error === "ETIMEDOUT";
}
