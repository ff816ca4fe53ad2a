import type { Context } from "hono";
import type { Env } from "./env.ts";

/*
 * What goes wrong below HTTP. Over a socket it really happens to the socket; injected, fetch's own errors are thrown:
 * a TypeError with a cause, as undici does.
 */

/** An aborted request fails with its signal's reason. */
const reason = (signal: AbortSignal) => signal.reason ?? new DOMException("This operation was aborted", "AbortError");

/** Waits, unless the client goes away first. */
export function sleep(ms: number, c: Context<Env>): Promise<void> {
  const { signal } = c.req.raw;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    whenGone(c, signal, () => {
      clearTimeout(timer);
      reject(reason(signal));
    });
  });
}

/** Never responds; ends when the client goes away. */
export function gone(c: Context<Env>): Promise<never> {
  const { signal } = c.req.raw;
  return new Promise((_, reject) => whenGone(c, signal, () => reject(reason(signal))));
}

function whenGone(c: Context<Env>, signal: AbortSignal, then: () => void): void {
  const { outgoing } = c.env ?? {};
  if (outgoing) outgoing.once("close", then);
  else if (signal.aborted) then();
  else signal.addEventListener("abort", then, { once: true });
}

/** Destroys the connection before anything is sent. */
export function destroy(c: Context<Env>, code: "ECONNRESET" | "ECONNREFUSED"): Response {
  const { incoming } = c.env ?? {};
  if (!incoming) throw fetchFailed(code);
  incoming.socket.destroy();
  return destroyed();
}

/** Sends `bytes` of the body under headers that promise all of it, then destroys the connection. */
export async function cut(
  c: Context<Env>,
  status: number,
  headers: Headers,
  body: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<Response> {
  headers.set("content-length", String(body.length));
  const { outgoing } = c.env ?? {};
  if (!outgoing) {
    return new Response(
      new ReadableStream(
        {
          pull(controller) {
            if (bytes > 0) controller.enqueue(body.slice(0, bytes));
            controller.error(
              new TypeError("terminated", {
                cause: systemError("UND_ERR_SOCKET", "other side closed"),
              }),
            );
          },
        },
        { highWaterMark: 0 },
      ),
      { status, headers },
    );
  }
  outgoing.writeHead(status, Object.fromEntries(headers));
  await new Promise<void>((resolve) => outgoing.write(body.slice(0, bytes), () => resolve()));
  outgoing.socket?.destroy();
  return destroyed();
}

/** The body in pieces of `bytes`, `ms` apart; a reader that stops early stops the clock too. */
export function drip(
  status: number,
  headers: Headers,
  body: Uint8Array<ArrayBuffer>,
  bytes: number,
  ms: number,
): Response {
  let at = 0;
  let timer: NodeJS.Timeout | undefined;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (at > 0 && ms > 0) await new Promise((resolve) => (timer = setTimeout(resolve, ms)));
      if (at < body.length) controller.enqueue(body.slice(at, at + bytes));
      at += bytes;
      if (at >= body.length) controller.close();
    },
    cancel: () => clearTimeout(timer),
  });
  return new Response(status === 304 ? null : stream, { status, headers });
}

/** A valid JSON array of at least `bytes`, made while it is read. */
export function flood(bytes: number): Response {
  const piece = new TextEncoder().encode(`"${"x".repeat(65_532)}",\n`);
  let sent = 1;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("[")),
    pull(controller) {
      if (sent < bytes) {
        controller.enqueue(piece);
        sent += piece.length;
        return;
      }
      controller.enqueue(new TextEncoder().encode('""]'));
      controller.close();
    },
  });
  return new Response(stream, { headers: { "content-type": "application/json; charset=utf-8" } });
}

/** The error of a fetch that found no connection, as undici throws it. */
export function fetchFailed(code: string): TypeError {
  return new TypeError("fetch failed", {
    cause: systemError(code, `${code} (by the GitHub stand-in)`),
  });
}

/** True for an error of `fetchFailed`. */
export function isFetchFailure(error: Error): boolean {
  return error instanceof TypeError && error.message === "fetch failed";
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Tells @hono/node-server that the answer is out already (its `RESPONSE_ALREADY_SENT`). */
function destroyed(): Response {
  return new Response(null, {
    headers: { "x-hono-already-sent": "true", "x-standin-destroyed": "true" },
  });
}
