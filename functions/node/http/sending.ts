import type { ServerResponse } from "node:http";
import type { Log, Ports } from "../../core/ports.ts";

/** Bytes handed on at once. A client that takes them makes progress. */
const chunkBytes = 64 * 1024;

/** How long a client that takes nothing is borne while others find no room, in milliseconds. */
const shortOfRoom = 5000;

/** Pause between looks at clients that take nothing, in milliseconds. */
const pause = 1000;

export interface SendingOptions {
  /** Most bytes that clients have not taken yet, over all connections; a body counts once. */
  maxBytes: number;
  /** Longest time in which a client takes nothing, in milliseconds. */
  timeout: number;
  /** Milliseconds of a clock that never steps back. */
  elapsed: () => number;
  metrics: Ports["metrics"];
  log: Log;
}

/** A body on its way to one client. */
interface Transfer {
  body: object;
  bytes: number;
  /** When the client took something last. */
  at: number;
  /** Absent until the answer that it goes into is known. */
  response?: ServerResponse;
}

/**
 * Bodies on their way to clients. What a client does not take stays in memory, and no client may make that more than a
 * bound, or let it stay for ever; one that takes a little now and then is served.
 */
export function createSending({ maxBytes, timeout, elapsed, metrics, log }: SendingOptions) {
  // Of those that took something last, the longest ago comes first.
  const transfers = new Set<Transfer>();
  const users = new Map<object, number>();
  const streamed = new WeakMap<object, Transfer>();
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  metrics.onExpose(() => metrics.set("http_response_bytes_in_flight", {}, held));

  function begin(body: object, bytes: number): Transfer {
    const transfer = { body, bytes, at: elapsed() };
    transfers.add(transfer);
    const others = users.get(body) ?? 0;
    users.set(body, others + 1);
    if (others === 0) held += bytes;
    timer ??= setInterval(() => cutIdle(timeout, "stalled", () => false), pause).unref();
    return transfer;
  }

  function progress(transfer: Transfer): void {
    transfer.at = elapsed();
    // Behind all others.
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

  /** Names the answer that a transfer goes into: with it, or with its connection, the transfer ends. */
  function assign(transfer: Transfer, response: ServerResponse): void {
    transfer.response = response;
    const over = (): void => {
      response.off("close", over);
      response.req.socket.off("close", over);
      end(transfer);
    };
    response.once("close", over);
    // An answer that waits for those before it on the connection is not told that this is gone.
    response.req.socket.once("close", over);
  }

  /** Ends answers of which nothing was taken for so long, until there are enough. */
  function cutIdle(idle: number, reason: "stalled" | "room", isEnough: () => boolean): void {
    let count = 0;
    for (const transfer of Array.from(transfers)) {
      // Its turn has not come: whether its client reads is seen by the answers before it.
      if (transfer.response?.socket === null) {
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
    log("warn", "clients took nothing of their answers: cut", { count, reason });
  }

  function fits(body: Uint8Array): boolean {
    return held + body.byteLength <= maxBytes || held === 0 || users.has(body);
  }

  return {
    /** True where there is room for this body, if need be for want of clients that took nothing for a while. */
    admits(body: Uint8Array): boolean {
      if (fits(body)) return true;
      cutIdle(Math.min(shortOfRoom, timeout), "room", () => fits(body));
      return fits(body);
    },

    /** A body as a stream that is read as the client takes it; a small one as it is. */
    toBody(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> {
      if (body.byteLength <= chunkBytes) return body;
      let at = 0;
      const transfer = begin(body, body.byteLength);
      const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
        {
          pull(controller) {
            progress(transfer);
            controller.enqueue(body.subarray(at, (at += chunkBytes)));
            if (at < body.byteLength) return;
            controller.close();
            // The last part keeps the whole until it is taken.
            if (!transfer.response) end(transfer);
          },
          cancel: () => end(transfer),
        },
        { highWaterMark: 0 },
      );
      streamed.set(stream, transfer);
      return stream;
    },

    /** Names the answer that such a stream goes into. */
    adopt(stream: ReadableStream | null, response: ServerResponse): void {
      const transfer = stream && streamed.get(stream);
      if (transfer) assign(transfer, response);
    },

    /** Ends an answer with its body, part by part as the client takes it. */
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

    /** Counts what is left of an answer that was written whole: nearly always nothing. */
    watch(response: ServerResponse, body: object = response): void {
      // Whether it is finished is told a turn later.
      if (response.writableLength === 0 || response.destroyed) return;
      assign(begin(body, response.writableLength), response);
    },
  };
}

export type Sending = ReturnType<typeof createSending>;
