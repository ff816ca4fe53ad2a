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
fetch(process.argv[1], { redirect: "manual", signal: AbortSignal.timeout(8000) }).then(read).catch(fail).then((found) => console.log(JSON.stringify(found)));
`;

/** The source: a pod without a sidecar, one with it in another namespace, or (by name) one of the service. */
export type From = "outside" | "stranger" | { pod: string };

export function probe(settings: Settings, from: From, url: string): Command {
  const where =
    from === "outside"
      ? [`--namespace=${outside}`, "deployment/github", "--container=github"]
      : from === "stranger"
        ? [`--namespace=${stranger}`, "deployment/stranger", "--container=stranger"]
        : ["--namespace=edge-gists", from.pod, "--container=edge-gists"];
  return kubectl(settings, "exec", ...where, "--", nodePath, "-e", program.trim().replaceAll("\n", " "), url);
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
