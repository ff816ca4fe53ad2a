import { EdgeError } from "../errors.ts";
import type { AttributeName, ChildSpanName } from "./span-table.ts";

/** Flat attribute values, as in OpenTelemetry; undefined ones are dropped. */
export type Attributes = Partial<Record<AttributeName, string | number | boolean | undefined>>;

/** One span of a recorded trace, and the parent of its children. */
export interface Trace {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** False if the trace is only passed on: nothing is recorded or exported. */
  readonly sampled: boolean;
  /** Of this span (https://www.w3.org/TR/trace-context/#traceparent-header). */
  readonly traceparent: string;
  /** The fields that are sent with calls to others. */
  headers(): Record<string, string>;
  set(attributes: Attributes): void;
  rename(name: string): void;
  /** Ends the span; an error marks it failed with its `error.type`. */
  end(errorType?: string): void;
  child(name: ChildSpanName, attributes: Attributes, links?: readonly Trace[]): Trace;
}

/** Header fields by name: a Headers object, or one with the same method. */
export interface Carrier {
  get(name: string): string | null;
}

export interface Tracing {
  /**
   * Starts the span of a request, as a child of the caller's span if it sent a traceparent.
   * @param attributes called only if they are recorded
   * @param hitKey of a request that gets its response in the same turn, so that its child spans take no time: different
   * for a different name or attributes
   */
  start(name: string, headers: Carrier, attributes: () => Attributes, hitKey?: string): Trace;
  /** Resolves once all ended spans are exported or dropped. Never rejects. */
  flush(): Promise<void>;
}

/** Runs work inside a child span if a trace is recorded; otherwise it only runs the work. */
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
