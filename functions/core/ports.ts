import type { Build } from "./config/build.ts";
import type { Config } from "./config/config.ts";
import type { Fleet } from "./github/shared-limits.ts";
import type { Coding } from "./http/coding.ts";
import type { BodyPart } from "./http/part-stream.ts";
import type { Credentials } from "./github/credentials.ts";
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

/** All external dependencies of the core: time, chance, network, storage, lifecycle, telemetry. */
export interface Ports {
  config: Config;
  build: Build;
  /** The network, as WHATWG fetch. */
  fetch: (request: string, init?: RequestInit) => Promise<Response>;
  store: Store;
  /** The processes that share GitHub's limits with this one; absent if it counts alone. */
  fleet?: Fleet;
  /** Absent if the tokens of the settings are all. */
  credentials?: Credentials;
  /** Milliseconds since the Unix epoch. */
  now: () => number;
  /** Milliseconds of a monotonic clock, for durations. */
  elapsed: () => number;
  sleep: (ms: number) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
  /** Keeps the process or the isolate alive until background work is done. */
  waitUntil: (work: Promise<unknown>) => void;
  metrics: Metrics;
  log: Log;
  /** Compresses a body without blocking; absent if a proxy or the platform does it. */
  compress?: (coding: Coding, body: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;
  /** False if no more bytes may be in transit to clients; absent if the platform limits them. */
  admits?: (body: Uint8Array) => boolean;
  /** A body in the form that the runtime sends best; absent if that is its bytes. */
  toBody?: (body: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
  /** A part of a body, or one that arrives, in the form that the runtime sends best; absent if any stream will do. */
  toStream?: (part: BodyPart) => ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Absent if nothing is traced. */
  tracing?: Tracing;
  /** False before the server listens and while it drains. */
  isReady: () => boolean;
  /** A file of the built web folder by name, such as "docs.html"; undefined if there is none. */
  asset: (name: string) => Promise<Asset | undefined>;
  /** Further documents of the web folder, served at their names: the policy (CSP) of each. */
  documents?: Readonly<Record<string, string>>;
}
