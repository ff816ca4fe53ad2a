import type { Build } from "../config/build.ts";
import type { RawRequest, RawResponse } from "../http/raw.ts";
import type { Ports } from "../ports.ts";
import type { Recorder } from "../telemetry/request.ts";
import { jsonFields, type Responder } from "../serving/responder.ts";

export const healthPath = "/health";

/** A plainly valid host, or none. For all other hosts the router decides (RFC 9112 section 3.2). */
const plainHost = /^(?:[\w.-]*|\[[\da-f:.]+\])(?::\d{0,4})?$/i;

/** The body of the health response. */
export function toHealth({ version }: Build): { status: "healthy"; version: string } {
  return { status: "healthy", version };
}

/** The health response, without any modules that must be loaded first; undefined for all other requests. */
export function createHealthResponse(
  { build, elapsed }: Ports,
  respond: Responder,
  recorder: Recorder,
): (request: RawRequest) => RawResponse | undefined {
  const bytes = new TextEncoder().encode(JSON.stringify(toHealth(build)));

  return ({ method, target, get }) => {
    if (target !== healthPath || (method !== "GET" && method !== "HEAD")) return undefined;
    if (get("content-length") !== null || get("transfer-encoding") !== null) return undefined;
    if (!plainHost.test(get("host") ?? "")) return undefined;
    const startedAt = elapsed();
    const requestId = recorder.toRequestId(undefined);
    const own = { ...jsonFields, "x-github-request-id": requestId };
    const fields = Object.entries(respond.toLocalFields(get("origin"), bytes, own)).flat();
    recorder.end({ method, status: 200, route: healthPath, startedAt, isObserved: false, upstreamCalls: 0, requestId });
    return { status: 200, fields, body: method === "HEAD" ? undefined : bytes };
  };
}
