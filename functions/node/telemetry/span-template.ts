import { randomBytes } from "node:crypto";
import { type Context, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { AlwaysOnSampler, type ReadableSpan, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Build } from "../../core/config/build.ts";
import type { Tracing } from "../../core/telemetry/trace.ts";
import { scopeName, toSpanOptions, toTrace } from "../../core/telemetry/otel/tracing.ts";
import type { TelemetryConfig } from "../../core/telemetry/otel/config.ts";

/** What stands in an example for what differs each time: by chance, so that no value that a client sends can equal it. */
const ids = { trace: hex(16), parent: hex(8), span: hex(8), child: hex(8) };
const [start, end] = [randomTime(), randomTime()];

/** The encoded spans of one request, and where in them ids and times are. */
export interface Example {
  bytes: Buffer;
  /** How many spans these are. */
  count: number;
  /** The fields of resource and scope, which are the same for all. */
  resource: Buffer;
  scope: Buffer;
  traceIds: number[];
  spanIds: number[];
  parentIds: number[];
  childIds: number[];
  starts: number[];
  ends: number[];
}

/** Records spans by the SDK as the general way does, and encodes them as its exporter does. */
export function createExamples(config: TelemetryConfig, build: Build) {
  let ended: ReadableSpan[] = [];
  let spanIds: string[] = [];
  const provider = new TracerProvider({
    ...toSpanOptions(config, build),
    sampler: new AlwaysOnSampler(),
    idGenerator: { generateTraceId: () => ids.trace, generateSpanId: () => spanIds.shift()! },
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => void ended.push(span),
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  const tracer = provider.getTracer(scopeName, build.version);
  const parent: Context = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: ids.trace,
    spanId: ids.parent,
    traceFlags: 1,
    isRemote: true,
  });

  return function encode(hasParent: boolean, record: (tracing: Pick<Tracing, "start">) => void): Buffer {
    ended = [];
    spanIds = [ids.span, ids.child];
    record({
      start(name, _headers, attributes) {
        const context = hasParent ? parent : ROOT_CONTEXT;
        const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, context);
        span.setAttributes(attributes());
        return toTrace(tracer, span, context, false);
      },
    });
    const spans = ended.map((span): ReadableSpan =>
      // The look-up comes first and takes no time that could be measured.
      Object.create(span, {
        startTime: { value: start.time },
        endTime: { value: span.kind === SpanKind.SERVER ? end.time : start.time },
      }),
    );
    return Buffer.from(ProtobufTraceSerializer.serializeRequest(spans)!);
  };
}

/**
 * Takes an encoded request of the exporter apart: one resource, one scope, some spans.
 * @param other has the same resource and scope, which are then held once
 */
export function spansOfExample(request: Buffer, other?: Pick<Example, "resource" | "scope">): Example {
  const [resourceSpans] = fieldsOf(request);
  const outer = fieldsOf(resourceSpans!.value);
  const inner = fieldsOf(outer.find(({ number }) => number === 2)!.value);
  const spans = inner.filter(({ number }) => number === 2);
  // Memory of its own: a piece of Node's pool would hold the rest of it.
  const bytes = Buffer.from(new Uint8Array(Buffer.concat(spans.map(({ whole }) => whole))).buffer);
  return {
    bytes,
    count: spans.length,
    resource: other?.resource ?? outer.find(({ number }) => number === 1)!.whole,
    scope: other?.scope ?? inner.find(({ number }) => number === 1)!.whole,
    traceIds: placesOf(bytes, Buffer.from(ids.trace, "hex")),
    spanIds: placesOf(bytes, Buffer.from(ids.span, "hex")),
    parentIds: placesOf(bytes, Buffer.from(ids.parent, "hex")),
    childIds: placesOf(bytes, Buffer.from(ids.child, "hex")),
    starts: placesOf(bytes, start.bytes),
    ends: placesOf(bytes, end.bytes),
  };
}

/** Writes when a request began, in ms since the Unix epoch, and when it had taken so many ms, as nanoseconds. */
export function writeTimes(bytes: Buffer, offset: number, { starts, ends }: Example, at: number, taken: number): void {
  writeNanoseconds(bytes, offset, starts, at, 0);
  writeNanoseconds(bytes, offset, ends, at, Math.round(taken * 1e6));
}

/** A number beyond 2 ** 53, in two exact halves. */
function writeNanoseconds(bytes: Buffer, offset: number, places: number[], ms: number, more: number): void {
  const high = Math.floor(ms / 65_536) * 1e6;
  const low = (high % 65_536) * 65_536 + (ms % 65_536) * 1e6 + more;
  const carried = Math.floor(low / 2 ** 32);
  for (const place of places) {
    bytes.writeUInt32LE(low % 2 ** 32, offset + place);
    bytes.writeUInt32LE(Math.floor(high / 65_536) + carried, offset + place + 4);
  }
}

/** The length-delimited fields of a message (https://protobuf.dev/programming-guides/encoding/). */
function fieldsOf(message: Buffer): { number: number; value: Buffer; whole: Buffer }[] {
  const fields = [];
  for (let at = 0; at < message.length;) {
    const from = at;
    const tag = message[at++]!;
    let [length, shift] = [0, 0];
    for (let byte = 128; byte & 128; shift += 7) {
      byte = message[at++]!;
      length |= (byte & 127) << shift;
    }
    if ((tag & 7) !== 2) throw new TypeError("This release of the exporter encodes its requests otherwise");
    fields.push({
      number: tag >> 3,
      value: message.subarray(at, at + length),
      whole: message.subarray(from, at + length),
    });
    at += length;
  }
  return fields;
}

function placesOf(bytes: Buffer, part: Buffer): number[] {
  const places = [];
  for (let at = bytes.indexOf(part); at !== -1; at = bytes.indexOf(part, at + part.length)) places.push(at);
  return places;
}

function hex(length: number): string {
  return randomBytes(length).toString("hex");
}

function randomTime(): { time: [number, number]; bytes: Buffer } {
  const time: [number, number] = [1e9 + (randomBytes(4).readUInt32LE() >>> 2), randomBytes(4).readUInt32LE() % 1e9];
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(time[0]) * 1_000_000_000n + BigInt(time[1]));
  return { time, bytes };
}
