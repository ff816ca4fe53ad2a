import type { ServerResponse } from "node:http";
import { type BodyPart, chunkBytes, streamPart } from "../../core/http/part-stream.ts";
import type { Log, Ports } from "../../core/ports.ts";

/** How long a client may read nothing while others wait for room, in milliseconds. */
const shortOfRoom = 5000;

/** Interval between checks for clients that read nothing, in milliseconds. */
const pause = 1000;

export interface SendingOptions {
  /** Maximum number of bytes that clients have not read yet, over all connections; each body counts once. */
  maxBytes: number;
  /** Maximum time in which a client reads nothing, in milliseconds. */
  timeout: number;
  /** Milliseconds of a monotonic clock. */
  elapsed: () => number;
  metrics: Ports["metrics"];
  log: Log;
}

/** A body in transit to one client. */
interface Transfer {
  body: object;
  bytes: number;
  /** When the client read something last. */
  at: number;
  /** True while the client waits for bytes that have not arrived. */
  isWaiting: boolean;
  /** Absent until its response is known. */
  response?: ServerResponse;
}

/**
 * Bodies in transit to clients. Bytes that a client does not read stay in memory. Clients cannot exceed a limit of such
 * bytes, and cannot keep them for ever. A client that reads a little now and then is served.
 */
export function createSending({ maxBytes, timeout, elapsed, metrics, log }: SendingOptions) {
  // In the order of the last read, the longest ago first.
  const transfers = new Set<Transfer>();
  const users = new Map<object, number>();
  const streamed = new WeakMap<object, Transfer>();
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  metrics.onExpose(() => metrics.set("http_response_bytes_in_flight", {}, held));

  function begin(body: object, bytes: number): Transfer {
    const transfer = { body, bytes, at: elapsed(), isWaiting: false };
    transfers.add(transfer);
    const others = users.get(body) ?? 0;
    users.set(body, others + 1);
    if (others === 0) held += bytes;
    timer ??= setInterval(() => cutIdle(timeout, "stalled", () => false), pause).unref();
    return transfer;
  }

  function progress(transfer: Transfer): void {
    transfer.at = elapsed();
    if (transfers.delete(transfer)) transfers.add(transfer);
  }

  function end(transfer: Transfer): void {
    if (!transfers.delete(transfer)) return;
    const others = users.get(transfer.body)! - 1;
    if (others > 0) users.set(transfer.body, others);
    else {
      users.delete(transfer.body);
      held -= transfer.bytes;
    }
    if (transfers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  /** Names the response of a transfer: the transfer ends with it or with its connection. */
  function assign(transfer: Transfer, response: ServerResponse): void {
    transfer.response = response;
    const over = (): void => {
      response.off("close", over);
      response.req.socket.off("close", over);
      end(transfer);
    };
    response.once("close", over);
    // A response that waits for earlier ones on the connection is not notified that the connection is gone.
    response.req.socket.once("close", over);
  }

  /** Ends responses of which nothing was read for so long, until there is enough room. */
  function cutIdle(idle: number, reason: "stalled" | "room", isEnough: () => boolean): void {
    let count = 0;
    for (const transfer of Array.from(transfers)) {
      if (hasLeft(transfer.response)) {
        end(transfer);
        continue;
      }
      // Its turn has not come: the earlier responses show whether its client reads.
      if (transfer.response?.socket === null || transfer.isWaiting) {
        progress(transfer);
        continue;
      }
      if (elapsed() - transfer.at < idle || isEnough()) break;
      transfer.response?.req.socket.destroy();
      end(transfer);
      count += 1;
    }
    if (count === 0) return;
    metrics.add("http_responses_cut_total", { reason }, count);
    log("warn", "clients took nothing of their responses: cut", { count, reason });
  }

  function fits(body: Uint8Array): boolean {
    return held + body.byteLength <= maxBytes || held === 0 || users.has(body);
  }

  return {
    /** True if there is room for this body. Cuts off clients that read nothing for a while if it is needed. */
    admits(body: Uint8Array): boolean {
      if (fits(body)) return true;
      cutIdle(Math.min(shortOfRoom, timeout), "room", () => fits(body));
      return fits(body);
    },

    /** A body as a stream that is read at the client's pace; a small one unchanged. */
    toBody(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> {
      if (body.byteLength <= chunkBytes) return body;
      return this.toStream({ body, start: 0, end: body.byteLength });
    },

    /** A part of a body, or one that arrives, as a stream that is read at the client's pace. */
    toStream(part: BodyPart): ReadableStream<Uint8Array<ArrayBuffer>> {
      const transfer = begin(part.body, part.body.byteLength);
      const stream = streamPart(part, {
        onWait(isWaiting) {
          transfer.isWaiting = isWaiting;
          progress(transfer);
        },
        onEnd(isCancelled) {
          // The last part keeps the whole body in memory until it is read.
          if (isCancelled || !transfer.response) end(transfer);
        },
        onBreak() {
          // The server would print the error with its stack for each client.
          transfer.response?.destroy();
          return transfer.response !== undefined;
        },
      });
      streamed.set(stream, transfer);
      return stream;
    },

    /** Names the response of such a stream. */
    adopt(stream: ReadableStream | null, response: ServerResponse): void {
      const transfer = stream && streamed.get(stream);
      if (!transfer) return;
      // No event will say so any more.
      if (hasLeft(response)) end(transfer);
      else assign(transfer, response);
    },

    /** Ends a response with its body, part by part at the client's pace. */
    end(response: ServerResponse, body: Uint8Array | undefined): void {
      if (body === undefined || body.byteLength <= chunkBytes) {
        response.end(body);
        this.watch(response, body);
        return;
      }
      const transfer = begin(body, body.byteLength);
      assign(transfer, response);
      let at = 0;
      function more(): void {
        progress(transfer);
        const part = body!.subarray(at, (at += chunkBytes));
        if (at >= body!.byteLength) response.end(part);
        else if (response.write(part)) more();
        else response.once("drain", more);
      }
      more();
    },

    /** Counts the rest of a response that was written whole: nearly always nothing. */
    watch(response: ServerResponse, body: object = response): void {
      // Node reports one turn later whether it is finished.
      if (response.writableLength === 0 || response.destroyed) return;
      assign(begin(body, response.writableLength), response);
    },
  };
}

/** True if the client of a response has gone. */
function hasLeft(response: ServerResponse | undefined): boolean {
  return response !== undefined && (response.destroyed || response.req.socket.destroyed);
}

export type Sending = ReturnType<typeof createSending>;
