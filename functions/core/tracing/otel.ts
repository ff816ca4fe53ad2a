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
import { resourceFromAttributes } from "@opentelemetry/resources";
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
import type { TelemetryConfig } from "./settings.ts";
import type { Build } from "../ports.ts";
import type { Attributes, Trace, Tracing } from "../trace.ts";

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };
const propagator = new W3CTraceContextPropagator();

export interface ClosableTracing extends Tracing {
  /** Exports what is left. Never rejects. */
  shutdown(): Promise<void>;
}

/**
 * Tracing by the OpenTelemetry SDK. Loaded only where an endpoint is configured. Contexts are passed by
 * hand, so that no runtime needs asynchronous local storage for it.
 */
export function createTracing(config: TelemetryConfig, build: Build, exporter: SpanExporter): ClosableTracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": config.OTEL_SERVICE_NAME,
      "service.version": build.version,
      ...config.OTEL_RESOURCE_ATTRIBUTES,
    }),
    sampler: toSampler(config.OTEL_TRACES_SAMPLER, config.OTEL_TRACES_SAMPLER_ARG),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: config.OTEL_BSP_SCHEDULE_DELAY,
        maxQueueSize: config.OTEL_BSP_MAX_QUEUE_SIZE,
        maxExportBatchSize: config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
        exportTimeoutMillis: config.OTEL_BSP_EXPORT_TIMEOUT,
      }),
    ],
  });
  const tracer = provider.getTracer("edge-gists", build.version);

  return {
    start(name, headers, attributes) {
      const parent = propagator.extract(ROOT_CONTEXT, headers, {
        get: (carrier, key) => carrier.get(key) ?? undefined,
        keys: (carrier) => [...carrier.keys()],
      });
      return toTrace(tracer, tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent), parent);
    },
    flush: () => provider.forceFlush().catch(() => undefined),
    shutdown: () => provider.shutdown().catch(() => undefined),
  };
}

function toTrace(tracer: Tracer, span: Span, parent: Context): Trace {
  const context = trace.setSpan(parent, span);
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    sampled: span.isRecording(),
    headers() {
      const headers: Record<string, string> = {};
      propagator.inject(context, headers, { set: (carrier, key, value) => (carrier[key] = value) });
      return headers;
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
    child(name, kind, attributes: Attributes, links = []) {
      const options = { kind: kinds[kind], attributes, links: links.map(toLink) };
      return toTrace(tracer, tracer.startSpan(name, options, context), context);
    },
  };
}

function toLink({ traceId, spanId, sampled }: Trace): Link {
  return { context: { traceId, spanId, traceFlags: sampled ? 1 : 0 } };
}

/** https://opentelemetry.io/docs/languages/sdk-configuration/general/#otel_traces_sampler */
function toSampler(name: TelemetryConfig["OTEL_TRACES_SAMPLER"], ratio: number): Sampler {
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
