import type { Build } from "./config/build.ts";
import type { Config } from "./config/config.ts";
import type { Coding } from "./http/coding.ts";
import type { LogField, LogMessage } from "./telemetry/log-table.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import type { Store } from "./cache/store/store.ts";
import type { Tracing } from "./telemetry/trace.ts";

/** One structured event: a message of a closed set and flat fields, never a token, never raw user input. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: LogMessage,
  fields?: Partial<Record<LogField, string | number | boolean | undefined>>,
) => void;

/** A static file of the built web folder. */
export interface Asset {
  body: Uint8Array<ArrayBuffer>;
  contentType: string;
}

/** Everything the core takes from outside: time, chance, network, storage, lifecycle, telemetry. */
export interface Ports {
  config: Config;
  build: Build;
  /** The network, as WHATWG fetch. */
  fetch: (request: string, init?: RequestInit) => Promise<Response>;
  store: Store;
  /** Milliseconds since the Unix epoch. */
  now: () => number;
  /** Milliseconds of a clock that never steps back, for durations. */
  elapsed: () => number;
  sleep: (ms: number) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
  /** Keeps the process or the isolate alive until work behind an answer is done. */
  waitUntil: (work: Promise<unknown>) => void;
  metrics: Metrics;
  log: Log;
  /** Compresses a body, without blocking; absent where a proxy or the platform does it. */
  compress?: (coding: Coding, body: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;
  /** False where no more bytes may be on their way to clients; absent where the platform sees to that. */
  admits?: (body: Uint8Array) => boolean;
  /** A body as the runtime sends it best; absent where that is its bytes. */
  toBody?: (body: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Absent where nothing is traced. */
  tracing?: Tracing;
  /** False before the server listens and while it drains. */
  isReady: () => boolean;
  /** A file of the built web folder by name, such as "docs.html"; undefined where there is none. */
  asset: (name: string) => Promise<Asset | undefined>;
}
