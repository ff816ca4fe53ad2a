import { randomBytes } from "node:crypto";
import { type Context, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { AlwaysOnSampler, type ReadableSpan, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Build } from "../../core/config/build.ts";
import type { TelemetryConfig } from "../../core/telemetry/otel/config.ts";
import { scopeName, toSpanOptions, toTrace } from "../../core/telemetry/otel/tracing.ts";
import type { ChildSpanName } from "../../core/telemetry/span-table.ts";
import type { Attributes } from "../../core/telemetry/trace.ts";

/** Placeholders for the parts that differ each time: random, so that no value from a client can equal them. */
const ids = { trace: hex(16), parent: hex(8), span: hex(8), child: hex(8) };
const [start, end] = [randomTime(), randomTime()];

/** All data of the spans of one request, except ids and times. */
export interface RequestSpans {
  hasParent: boolean;
  name: string;
  attributes: Attributes;
  children: { name: ChildSpanName; attributes: Attributes }[];
  errorType: string | undefined;
}

/** The encoded spans of one request, and the positions of ids and times in them. */
export interface SpanTemplate {
  bytes: Buffer;
  /** Number of spans. */
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

/** Records spans with the SDK, and encodes them as its exporter does. */
export function createSpanEncoder(config: TelemetryConfig, build: Build): (spans: RequestSpans) => Buffer {
  let ended: ReadableSpan[] = [];
  let isFirst = true;
  const provider = new TracerProvider({
    ...toSpanOptions(config, build),
    sampler: new AlwaysOnSampler(),
    idGenerator: { generateTraceId: () => ids.trace, generateSpanId: () => (isFirst ? ids.span : ids.child) },
    spanProcessors: [
      {
        onStart: () => void (isFirst = false),
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

  return function encode({ hasParent, name, attributes, children, errorType }) {
    ended = [];
    isFirst = true;
    const context = hasParent ? parent : ROOT_CONTEXT;
    const server = toTrace(tracer, tracer.startSpan(name, { kind: SpanKind.SERVER }, context), context, false);
    server.set(attributes);
    for (const child of children) server.child(child.name, child.attributes).end();
    server.end(errorType);
    const spans = ended.map((span): ReadableSpan =>
      // Children come first. Their duration is too short to measure.
      Object.create(span, {
        startTime: { value: start.time },
        endTime: { value: span.kind === SpanKind.SERVER ? end.time : start.time },
      }),
    );
    return Buffer.from(ProtobufTraceSerializer.serializeRequest(spans)!);
  };
}

/**
 * Splits an encoded request of the exporter: one resource, one scope, some spans.
 * @param other has the same resource and scope, which are then stored once
 */
export function toSpanTemplate(request: Buffer, other?: Pick<SpanTemplate, "resource" | "scope">): SpanTemplate {
  const [resourceSpans] = fieldsOf(request);
  const outer = fieldsOf(resourceSpans!.value);
  const inner = fieldsOf(outer.find(({ number }) => number === 2)!.value);
  const spans = inner.filter(({ number }) => number === 2);
  // Separate memory: a slice of Node's pool would keep the rest of the pool alive.
  const bytes = Buffer.from(new Uint8Array(Buffer.concat(spans.map(({ whole }) => whole))).buffer);
  return {
    bytes,
    count: spans.length,
    resource: other?.resource ?? outer.find(({ number }) => number === 1)!.whole,
    scope: other?.scope ?? inner.find(({ number }) => number === 1)!.whole,
    traceIds: offsetsOf(bytes, Buffer.from(ids.trace, "hex")),
    spanIds: offsetsOf(bytes, Buffer.from(ids.span, "hex")),
    parentIds: offsetsOf(bytes, Buffer.from(ids.parent, "hex")),
    childIds: offsetsOf(bytes, Buffer.from(ids.child, "hex")),
    starts: offsetsOf(bytes, start.bytes),
    ends: offsetsOf(bytes, end.bytes),
  };
}

/** Writes start and end of a request, which began at `startedAt` (ms since the Unix epoch) and took `ms`, as nanoseconds. */
export function writeTimes(
  bytes: Buffer,
  offset: number,
  { starts, ends }: SpanTemplate,
  startedAt: number,
  ms: number,
): void {
  writeNanoseconds(bytes, offset, starts, startedAt, 0);
  writeNanoseconds(bytes, offset, ends, startedAt, Math.round(ms * 1e6));
}

/** A number beyond 2 ** 53, in two exact halves. */
function writeNanoseconds(bytes: Buffer, offset: number, indexes: number[], ms: number, nanoseconds: number): void {
  const high = Math.floor(ms / 65_536) * 1e6;
  const low = (high % 65_536) * 65_536 + (ms % 65_536) * 1e6 + nanoseconds;
  const carry = Math.floor(low / 2 ** 32);
  for (const index of indexes) {
    bytes.writeUInt32LE(low % 2 ** 32, offset + index);
    bytes.writeUInt32LE(Math.floor(high / 65_536) + carry, offset + index + 4);
  }
}

/** The length-delimited fields of a message (https://protobuf.dev/programming-guides/encoding/). */
function fieldsOf(message: Buffer): { number: number; value: Buffer; whole: Buffer }[] {
  const fields = [];
  for (let index = 0; index < message.length;) {
    const from = index;
    const tag = message[index++]!;
    let [length, shift] = [0, 0];
    for (let byte = 128; byte & 128; shift += 7) {
      byte = message[index++]!;
      length |= (byte & 127) << shift;
    }
    if ((tag & 7) !== 2) throw new TypeError("This release of the exporter encodes its requests differently");
    fields.push({
      number: tag >> 3,
      value: message.subarray(index, index + length),
      whole: message.subarray(from, index + length),
    });
    index += length;
  }
  return fields;
}

function offsetsOf(bytes: Buffer, part: Buffer): number[] {
  const offsets = [];
  for (let index = bytes.indexOf(part); index !== -1; index = bytes.indexOf(part, index + part.length))
    offsets.push(index);
  return offsets;
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
