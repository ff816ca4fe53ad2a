import type { ErrorBody } from "../../core/errors.ts";
import { type PageLink, parseLink, type Rel } from "./link.ts";
import { type Receipt, toReceipt } from "./receipt.ts";

/** The outcome of a request to the edge. Bodies are unknown until a view has checked them. */
export type Outcome =
  | { kind: "answered"; receipt: Receipt; body: unknown; links: Partial<Record<Rel, PageLink>> }
  /** An error of the service or of GitHub, in GitHub's shape. */
  | { kind: "refused"; receipt: Receipt; error: Pick<ErrorBody, "message" | "errors">; retryAfter: number | undefined }
  /** No response. */
  | { kind: "unreachable"; offline: boolean };

/**
 * Requests JSON from this origin. Each request reaches the edge, as a conditional one if the browser has a copy: the
 * page could not show the edge's outcome otherwise. If there is no response, the browser's copy is used.
 * @param target path and query
 * @throws DOMException if it is aborted
 */
export async function ask(target: string, signal: AbortSignal): Promise<Outcome> {
  const started = performance.now();
  try {
    return await read(await fetch(target, { signal, cache: "no-cache" }), target, started, false);
  } catch (error) {
    if (signal.aborted) throw error;
    const copy = await readCopy(target, started).catch(() => undefined);
    return copy ?? { kind: "unreachable", offline: !navigator.onLine };
  }
}

/** The browser's own copy, however old. Chromium responds with 504 if it has none; others reject. */
async function readCopy(target: string, started: number): Promise<Outcome | undefined> {
  const copy = await fetch(target, { cache: "only-if-cached", mode: "same-origin" });
  return copy.ok ? read(copy, target, started, true) : undefined;
}

async function read(response: Response, target: string, started: number, offline: boolean): Promise<Outcome> {
  const bytes = await response.arrayBuffer();
  const receivedAt = performance.now();
  const measured = { target, receivedAt, duration: receivedAt - started, bytes: bytes.byteLength, offline };
  const receipt = toReceipt(response.status, response.headers, measured);
  const body = parse(bytes);
  if (response.ok && body !== undefined) {
    return { kind: "answered", receipt, body, links: parseLink(response.headers.get("link"), response.url) };
  }
  return { kind: "refused", receipt, error: toError(body), retryAfter: toRetryAfter(response.headers, receipt) };
}

/** Seconds to wait: as told, or until the reset of a primary limit, by the server's clock where it tells it. */
function toRetryAfter(headers: Headers, { budget }: Receipt): number | undefined {
  const retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(retryAfter) && retryAfter >= 0) return retryAfter;
  if (budget?.remaining !== 0) return undefined;
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  return Math.max(budget.reset - Math.floor(now / 1000), 0);
}

function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** A proxy in front may respond with anything. */
function toError(body: unknown): Pick<ErrorBody, "message" | "errors"> {
  if (typeof body !== "object" || body === null || !("message" in body) || typeof body.message !== "string") {
    return { message: "The response is not what this page expects." };
  }
  const errors = "errors" in body && Array.isArray(body.errors) ? (body.errors as ErrorBody["errors"]) : undefined;
  return { message: body.message, ...(errors && { errors }) };
}
