import type { Config } from "../config/config.ts";
import { EdgeError } from "../errors.ts";
import type { Answer, Ask, Fetch } from "../model.ts";
import type { Ports } from "../ports.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import type { Filling } from "./filling.ts";
import type { RawRoom } from "./raw-room.ts";
import { createLimitReader } from "./reported-limits.ts";
import { createRetries, unwrap } from "./retry.ts";

type Network = Pick<Ports, "fetch" | "now" | "random" | "build" | "log" | "metrics"> & { config: Config };

/** What a layer above asks this one with: where the file's bytes go. */
export interface RawAsk extends Ask {
  into: Filling;
}

/** The layer that reads one file from GitHub's raw host. It resolves when all bytes are there. */
export function createRawHost(ports: Network, room: RawRoom): Fetch {
  const { config, metrics } = ports;
  const readLimits = createLimitReader(ports.log);

  /**
   * Holds back the last part until the body has ended: no reader gets the last byte of a file that proves to be another.
   * @param onPart called with each part that arrives
   */
  async function fill(response: Response, into: Filling, onPart: () => void): Promise<void> {
    const { read, cancel } = toReader(response);
    let last = new Uint8Array() as Uint8Array;
    for (;;) {
      const { done, value } = await read();
      if (done) break;
      onPart();
      metrics.add("github_raw_bytes_total", {}, value.byteLength);
      if (into.count() + last.byteLength + value.byteLength > into.size) {
        void cancel().catch(() => undefined);
        throw unusable(200, "GitHub's raw host sent more bytes than the file has");
      }
      into.push(last);
      last = value;
    }
    if (into.count() + last.byteLength < into.size)
      throw unusable(200, "GitHub's raw host sent fewer bytes than the file has");
    into.push(last);
  }

  return async function rawHost(ask) {
    const { into } = ask as RawAsk;
    const whole = startDeadline(config.GITHUB_RAW_TIMEOUT_MS, ask.signal);
    const queued = startDeadline(config.UPSTREAM_QUEUE_TIMEOUT_MS, whole.signal);
    const ending = new AbortController();
    let stalled: Deadline | undefined;
    let release: (() => void) | undefined;

    /** Begins again with each part: a large file takes long, and is no failure while it comes. */
    function startWait(): void {
      stalled?.end();
      const { signal, end } = startDeadline(config.UPSTREAM_TRY_TIMEOUT_MS, whole.signal);
      signal.addEventListener("abort", () => ending.abort(signal.reason));
      stalled = { signal, end };
    }

    try {
      release = await room.take(into.size, queued.signal);
      const request = createRetries(
        ports,
        toHeaders(ask, ports.build.version),
        (url, init) => ports.fetch(url, { ...init, signal: AbortSignal.any([ending.signal, init.signal!]) }),
        () => !ending.signal.aborted,
      );
      whole.signal.addEventListener("abort", () => ending.abort(whole.signal.reason));
      const response = await request(`${config.GITHUB_RAW_URL}${ask.resource.path}`);
      const { status, headers } = response;
      const now = ports.now();
      const { retryAfter } = readLimits(headers, now);
      if (status === 429 || (status === 403 && retryAfter !== undefined)) {
        await response.body?.cancel().catch(() => undefined);
        return toAnswer(new Uint8Array(), status, now, retryAfter);
      }
      const length = headers.get("content-encoding") === null ? headers.get("content-length") : null;
      if (status !== 200 || (length !== null && Number(length) !== into.size)) {
        await response.body?.cancel().catch(() => undefined);
        throw unusable(
          status,
          status === 200 ? "GitHub's raw host has another length of the file" : "GitHub's raw host failed to respond",
        );
      }
      into.open();
      startWait();
      await fill(response, into, startWait);
      return toAnswer(into.body(), status, now);
    } catch (thrown) {
      throw toFailure(thrown, ending.signal.aborted);
    } finally {
      release?.();
      stalled?.end();
      queued.end();
      whole.end();
    }
  };
}

/** Largest part that is read at once, in bytes: workerd reads 4 kB otherwise, and a large file takes several times as long. */
const partBytes = 64 * 1024;

interface Reader {
  read: () => Promise<{ done: true; value?: unknown } | { done: false; value: Uint8Array }>;
  cancel: () => Promise<void>;
}

function toReader({ body }: Response): Reader {
  if (body === null) return { read: async () => ({ done: true }), cancel: async () => undefined };
  const stream = body as ReadableStream<Uint8Array>;
  try {
    const reader = stream.getReader({ mode: "byob" });
    return {
      read: () => reader.read(new Uint8Array(partBytes)) as ReturnType<Reader["read"]>,
      cancel: () => reader.cancel(),
    };
  } catch {
    // A stream that cannot read into a given buffer, such as that of a test.
    const reader = stream.getReader();
    return { read: () => reader.read() as ReturnType<Reader["read"]>, cancel: () => reader.cancel() };
  }
}

/** Never with a token: the raw host needs none for what is public. */
function toHeaders({ trace }: Ask, version: string): Record<string, string> {
  // Without a coding the length is known before the first byte, and nothing is decompressed only to be sent.
  return { accept: "*/*", "accept-encoding": "identity", "user-agent": `edge-gists/${version}`, ...trace?.headers() };
}

function toAnswer(body: Uint8Array<ArrayBuffer>, status: number, now: number, retryAfter?: number): Answer {
  return {
    entry: {
      status,
      contentType: "",
      link: undefined,
      lastModified: undefined,
      etag: "",
      upstreamEtags: {},
      validatedAt: now,
      freshUntil: now,
      body,
    },
    handling: "MISS",
    upstreamStatus: status,
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

function toFailure(thrown: unknown, isOver: boolean): EdgeError {
  const { cause, signal } = unwrap(thrown);
  if (cause instanceof EdgeError) return cause;
  return isOver || signal?.aborted
    ? new EdgeError("gateway-timeout", "GitHub's raw host did not respond in time", { cause: thrown })
    : new EdgeError("bad-gateway", "GitHub's raw host could not be reached", { cause: thrown });
}

function unusable(status: number, message: string): EdgeError {
  return new EdgeError("bad-gateway", message, { upstreamStatus: status });
}
