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

/** The start of a request's span that is like one before. */
export type Begun = Pick<Trace, "traceId" | "spanId" | "sampled" | "traceparent">;

/** Spans of what happens all the time: recorded once as an example, then repeated with other ids and times. */
export interface SpanTemplates {
  /** Undefined where the general way has to be gone. */
  begin(headers: Carrier): Begun | undefined;
  /**
   * Records and ends the spans of a request that was begun here and is sampled.
   * @param like what the request has in common with others; with `variant` it names all that its spans say
   * @param at when it began: ms since the Unix epoch
   * @param record records the spans of such a request
   */
  end(
    begun: Begun,
    like: object,
    variant: string,
    at: number,
    milliseconds: number,
    record: (tracing: Pick<Tracing, "start">) => void,
  ): void;
}

export interface Tracing {
  /** Where the runtime has it. */
  spanTemplates?: SpanTemplates;
  /** Starts the span of a request, as a child of the caller's where it sent a traceparent. Attributes are asked for only where it is recorded. */
  start(name: string, headers: Carrier, attributes: () => Attributes): Trace;
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
