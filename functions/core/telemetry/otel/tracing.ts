import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Build } from "../../config/build.ts";
import type { Carrier, Trace, Tracing } from "../trace.ts";
import { largest } from "./read.ts";
import type { TelemetryConfig } from "./config.ts";
import type { ChildSpanName, spanTable } from "../span-table.ts";

const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

/** The table's span kinds without the descriptions. */
const childKinds: { [Name in ChildSpanName]: (typeof spanTable)[Name]["kind"] } = {
  "cache get": "internal",
  "cache set": "internal",
  "cache wait": "internal",
  "cache lease wait": "internal",
  "cache turn": "internal",
  GET: "client",
};
const propagator = new W3CTraceContextPropagator();
const getter = {
  get: (carrier: Carrier, name: string) => carrier.get(name) ?? undefined,
  // Only other propagators ask for it.
  keys: () => [],
};

/**
 * Maximum length of an attribute value, in characters: clients write some of them (path, User-Agent), and spans wait in
 * memory.
 */
const longestValue = 1024;

/**
 * Additional time that the batch waits after the exporter's timeout, in milliseconds. With the same timeout a Worker's
 * flush could end first, and the export with it, before the failure is reported.
 */
const grace = 100;

/** The instrumentation scope of every span. */
export const scopeName = "edge-gists";

export interface ClosableTracing extends Tracing {
  /** Exports the remaining spans. Never rejects. */
  shutdown(): Promise<void>;
}

/**
 * Tracing by the OpenTelemetry SDK. Loaded only if an endpoint is configured. Contexts are passed as arguments, so that
 * no runtime needs asynchronous local storage.
 */
export function createTracing(config: TelemetryConfig, build: Build, exporter: SpanExporter): ClosableTracing {
  const provider = new TracerProvider({
    ...toSpanOptions(config, build),
    sampler: toSampler(config.OTEL_TRACES_SAMPLER, config.OTEL_TRACES_SAMPLER_ARG),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: config.OTEL_BSP_SCHEDULE_DELAY,
        maxQueueSize: config.OTEL_BSP_MAX_QUEUE_SIZE,
        maxExportBatchSize: config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
        exportTimeoutMillis: Math.min(config.OTEL_BSP_EXPORT_TIMEOUT + grace, largest),
      }),
    ],
  });
  const tracer = provider.getTracer(scopeName, build.version);

  return {
    start(name, headers, attributes) {
      const parent = config.hasTraceContext ? propagator.extract(ROOT_CONTEXT, headers, getter) : ROOT_CONTEXT;
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, parent);
      if (span.isRecording()) span.setAttributes(attributes());
      return toTrace(tracer, span, parent, config.hasTraceContext);
    },
    flush: () => provider.forceFlush().catch(() => undefined),
    shutdown: () => provider.shutdown().catch(() => undefined),
  };
}

/** The parts that are the same for every span, whoever records it. */
export function toSpanOptions(config: TelemetryConfig, build: Build) {
  return {
    resource: defaultResource().merge(
      resourceFromAttributes({
        "service.version": build.version,
        ...config.OTEL_RESOURCE_ATTRIBUTES,
        "service.name": config.OTEL_SERVICE_NAME,
      }),
    ),
    spanLimits: { attributeValueLengthLimit: longestValue },
  };
}

/** A span of the SDK in the core's form, and whether its context is sent on. */
export function toTrace(tracer: Tracer, span: Span, parent: Context, isSent: boolean): Trace {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  let context: Context | undefined;
  return {
    traceId,
    spanId,
    sampled: span.isRecording(),
    // Written here, since every response sends it to its client (`Server-Timing`): the propagator would need a context.
    get traceparent() {
      return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
    },
    headers() {
      if (!isSent) return {};
      return { traceparent: this.traceparent, ...(traceState && { tracestate: traceState.serialize() }) };
    },
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes),
    end(errorType) {
      if (errorType !== undefined) {
        span.setAttribute("error.type", errorType);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
    child(name, attributes, links = []) {
      const options = { kind: kinds[childKinds[name]], attributes, links: links.map(toLink) };
      context ??= trace.setSpan(parent, span);
      return toTrace(tracer, tracer.startSpan(name, options, context), context, isSent);
    },
  };
}

function toLink({ traceId, spanId, sampled }: Trace): Link {
  return { context: { traceId, spanId, traceFlags: sampled ? 1 : 0 } };
}

/** https://opentelemetry.io/docs/languages/sdk-configuration/general/#otel_traces_sampler */
export function toSampler(name: TelemetryConfig["OTEL_TRACES_SAMPLER"], ratio: number): Sampler {
  switch (name) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
    case "parentbased_always_on":
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case "parentbased_always_off":
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case "parentbased_traceidratio":
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
    default:
      return name satisfies never;
  }
}
