import { EdgeError } from "../errors.ts";
import type { AttributeName, ChildSpanName } from "./span-table.ts";

/** Attribute values as OpenTelemetry has them, flat; undefined ones are left out. */
export type Attributes = Partial<Record<AttributeName, string | number | boolean | undefined>>;

/** One span of a trace that is being followed, and the place where its children begin. */
export interface Trace {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** False where the trace is only passed on: then nothing is recorded or exported. */
  readonly sampled: boolean;
  /** Of this span (https://www.w3.org/TR/trace-context/#traceparent-header). */
  readonly traceparent: string;
  /** What is sent to whoever is asked next. */
  headers(): Record<string, string>;
  set(attributes: Attributes): void;
  rename(name: string): void;
  /** Ends the span; an error marks it failed with its `error.type`. */
  end(errorType?: string): void;
  child(name: ChildSpanName, attributes: Attributes, links?: readonly Trace[]): Trace;
}

/** Header fields by name: a Headers object, or what reads like one. */
export interface Carrier {
  get(name: string): string | null;
}

export interface Tracing {
  /**
   * Starts the span of a request, as a child of the caller's where it sent a traceparent.
   * @param attributes called only where they are recorded
   * @param hitKey of a request that is answered in the same turn, so that its child spans take no time: differs where
   * name or attributes do
   */
  start(name: string, headers: Carrier, attributes: () => Attributes, hitKey?: string): Trace;
  /** Resolves once everything ended so far is exported or given up. Never rejects. */
  flush(): Promise<void>;
}

/** Runs work inside a child span, where a trace is recorded; otherwise it just runs. */
export async function inSpan<T>(
  parent: Trace | undefined,
  name: ChildSpanName,
  attributes: Attributes,
  work: (span: Trace | undefined) => Promise<T>,
  links?: readonly Trace[],
): Promise<T> {
  if (!parent?.sampled) return work(parent);
  const span = parent.child(name, attributes, links);
  try {
    const value = await work(span);
    span.end();
    return value;
  } catch (thrown) {
    span.end(thrown instanceof EdgeError ? thrown.failure : "error");
    throw thrown;
  }
}
