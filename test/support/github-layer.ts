import { toConfig } from "../../functions/core/config/config.ts";
import { createMetrics } from "../../functions/core/telemetry/metrics.ts";
import { createGitHub } from "../../functions/core/github/client.ts";
import { toAsk } from "./layers.ts";
import { start } from "./ports.ts";

export interface Sent {
  url: string;
  headers: Headers;
  signal: AbortSignal | null | undefined;
}

export type Reply = Response | Error | ((sent: Sent) => Response | Promise<Response>);

/** A response of GitHub in JSON. */
export function json(value: unknown = {}, init: ResponseInit = {}): Response {
  return Response.json(value, init);
}

/** GitHub's layer over replies that the test gives, one a try; the last one for all further tries. */
export function createLayer(replies: Reply[], env: Record<string, string> = {}) {
  const sent: Sent[] = [];
  const build = { version: "1.2.3", commit: "c0ffee" };
  const log: string[] = [];
  const layer = createGitHub({
    config: toConfig({ UPSTREAM_RETRIES: "0", ...env }),
    build,
    metrics: createMetrics(build),
    now: () => start,
    random: () => 0,
    log: (level, message, fields) => log.push(`${level}: ${message}: ${fields?.reason}`),
    fetch: async (url, init) => {
      const one = { url, headers: new Headers(init?.headers), signal: init?.signal };
      const reply = replies[Math.min(sent.length, replies.length - 1)]!;
      sent.push(one);
      if (reply instanceof Error) throw reply;
      return reply instanceof Response ? reply : reply(one);
    },
  });
  return { sent, log, layer, ask: (what = toAsk()) => layer(what) };
}

/** Never responds, until its signal aborts. */
export function hang({ signal }: Sent): Promise<Response> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}

/** A body that begins and never ends, until the signal says to stop. */
export function stall({ signal }: Sent): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("["));
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
  return new Response(stream, { headers: { "content-type": "application/json" } });
}

/** A body of chunks that tells how many were read, and whether it was cancelled. */
export function counted(chunk: string, chunks: number) {
  const state = { read: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.read === chunks) return controller.close();
        state.read += 1;
        controller.enqueue(new TextEncoder().encode(chunk));
      },
      cancel: () => void (state.cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { state, response: new Response(stream, { headers: { "content-type": "application/json" } }) };
}
