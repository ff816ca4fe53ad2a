import definitions from "otlp-definitions/build/src/generated/root.js";

/** A value of an attribute, flat. */
export type Value = string | number | boolean;

/** A span as it came over the wire, with what it came with. */
export interface Span {
  traceId: string;
  spanId: string;
  /** Empty if it has no parent. */
  parentSpanId: string;
  name: string;
  kind: string;
  attributes: Record<string, Value>;
  links: { traceId: string; spanId: string }[];
  status: string;
  /** Nanoseconds since the Unix epoch. */
  start: bigint;
  end: bigint;
  traceState: string;
  resource: Record<string, Value>;
  scope: { name: string; version: string };
}

interface KeyValue {
  key: string;
  value: { stringValue?: string; boolValue?: boolean; intValue?: string; doubleValue?: number };
}

/** A span in the terms of OpenTelemetry's `trace.proto`, with defaults filled in. */
interface WireSpan {
  traceId: Buffer;
  spanId: Buffer;
  parentSpanId: Buffer;
  traceState: string;
  name: string;
  kind: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  links: { traceId: Buffer; spanId: Buffer }[];
  status: { code: string } | null;
}

interface WireRequest {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: { scope: { name: string; version: string }; spans: WireSpan[] }[];
  }[];
}

const { ExportTraceServiceRequest } = definitions.opentelemetry.proto.collector.trace.v1;
const asPlain = { longs: String, enums: String, bytes: Buffer, defaults: true };

function toRecord(pairs: KeyValue[]): Record<string, Value> {
  return Object.fromEntries(
    pairs.map(({ key, value }) => {
      const given =
        value.stringValue ??
        value.boolValue ??
        value.doubleValue ??
        (value.intValue === undefined ? undefined : Number(value.intValue));
      if (given === undefined) throw new Error(`${key} has a value of another type: ${JSON.stringify(value)}`);
      return [key, given];
    }),
  );
}

/** The spans of an OTLP request, decoded by OpenTelemetry's own definitions. @throws Error if it is none */
export function decodeSpans(bytes: Uint8Array): Span[] {
  const request = ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(bytes), asPlain) as WireRequest;
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        traceId: span.traceId.toString("hex"),
        spanId: span.spanId.toString("hex"),
        parentSpanId: span.parentSpanId.toString("hex"),
        name: span.name,
        kind: span.kind.replace("SPAN_KIND_", "").toLowerCase(),
        attributes: toRecord(span.attributes),
        links: span.links.map((link) => ({
          traceId: link.traceId.toString("hex"),
          spanId: link.spanId.toString("hex"),
        })),
        status: (span.status?.code ?? "STATUS_CODE_UNSET").replace("STATUS_CODE_", "").toLowerCase(),
        start: BigInt(span.startTimeUnixNano),
        end: BigInt(span.endTimeUnixNano),
        traceState: span.traceState,
        resource: toRecord(resource.attributes),
        scope: { name: scope.name, version: scope.version },
      })),
    ),
  );
}
