import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { SamplingDecision } from "@opentelemetry/sdk-trace";
import { LRUCache } from "lru-cache";
import type { Build } from "../../core/config/build.ts";
import type { TelemetryConfig } from "../../core/telemetry/otel/config.ts";
import { toSampler } from "../../core/telemetry/otel/tracing.ts";
import type { AttributeName } from "../../core/telemetry/span-table.ts";
import type { Attributes, Carrier, Trace } from "../../core/telemetry/trace.ts";
import { createSpanQueue, type Sender } from "./span-queue.ts";
import {
  createSpanEncoder,
  type RequestSpans,
  type SpanTemplate,
  toSpanTemplate,
  writeTimes,
} from "./span-template.ts";
import { drawId } from "./trace-ids.ts";

/** Maximum number of bytes of all templates together: clients choose how many there are, by User-Agent. */
export const maxTemplateBytes = 4 * 1024 * 1024;

/** Measured memory of a template in addition to its bytes and its key. */
const templateOverhead = 1600;

const plainTraceparent = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-0([01])$/;

interface Ids {
  traceId: string;
  spanId: string;
  /** The caller's; empty without one. */
  parentSpanId: string;
}

const nothing = (): void => undefined;

/**
 * Spans of hits without the SDK. The SDK records and encodes the spans of one request as a template. The spans of later
 * requests with equal data are its bytes with other ids and times, sent like the SDK's own. With the SDK alone and one
 * request in ten sampled, a hit of 1.9 kB would take about 16 % more CPU time, and one of 46 kB 9 %.
 */
export function createSpanTemplates(config: TelemetryConfig, build: Build, sender: Sender) {
  const sampler = toSampler(config.OTEL_TRACES_SAMPLER, config.OTEL_TRACES_SAMPLER_ARG);
  const encode = createSpanEncoder(config, build);
  let first: SpanTemplate | undefined;
  const templates = new LRUCache<string, SpanTemplate>({
    maxSize: maxTemplateBytes,
    sizeCalculation: ({ bytes }, key) => bytes.length + 2 * key.length + templateOverhead,
  });
  const queue = createSpanQueue(config, sender);

  function isSampled(traceId: string, parent: RegExpExecArray | null): boolean {
    if (config.OTEL_TRACES_SAMPLER === "always_on") return true;
    if (!parent && config.OTEL_TRACES_SAMPLER === "parentbased_always_on") return true;
    const context = parent
      ? trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: parent[2]!,
          traceFlags: Number(parent[3]),
          isRemote: true,
        })
      : ROOT_CONTEXT;
    const { decision } = sampler.shouldSample(context, traceId, "", SpanKind.SERVER, {}, []);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  function toTemplate(key: string, toSpans: () => RequestSpans): SpanTemplate {
    let template = templates.get(key);
    if (!template) {
      template = toSpanTemplate(encode(toSpans()), first);
      first ??= template;
      templates.set(key, template);
    }
    return template;
  }

  function send({ traceId, spanId, parentSpanId }: Ids, template: SpanTemplate, startedAt: number, ms: number): void {
    const place = queue.add(template);
    if (!place) return;
    const { bytes, offset } = place;
    for (const index of template.traceIds) bytes.write(traceId, offset + index, 16, "hex");
    for (const index of template.spanIds) bytes.write(spanId, offset + index, 8, "hex");
    for (const index of template.parentIds) bytes.write(parentSpanId, offset + index, 8, "hex");
    for (const index of template.childIds) bytes.write(drawId(16), offset + index, 8, "hex");
    writeTimes(bytes, offset, template, startedAt, ms);
  }

  function toHeaders(traceparent: string): Record<string, string> {
    return config.hasTraceContext ? { traceparent } : {};
  }

  /** A trace that is only passed on. */
  function toUnrecorded({ traceId, spanId }: Ids, traceparent: string): Trace {
    const self: Trace = {
      traceId,
      spanId,
      sampled: false,
      traceparent,
      headers: () => toHeaders(traceparent),
      set: nothing,
      rename: nothing,
      end: nothing,
      child: () => self,
    };
    return self;
  }

  /** @param hitKey extended with all later data of the spans, so that it identifies their template */
  function toRecorded(
    ids: Ids,
    traceparent: string,
    name: string,
    attributes: () => Attributes,
    hitKey: string,
  ): Trace {
    const startedAt = Date.now();
    const started = performance.now();
    const hasParent = ids.parentSpanId !== "";
    const added: Attributes = {};
    const children: RequestSpans["children"] = [];
    let key = `${hasParent} ${hitKey}`;
    return {
      traceId: ids.traceId,
      spanId: ids.spanId,
      sampled: true,
      traceparent,
      headers: () => toHeaders(traceparent),
      set(more) {
        Object.assign(added, more);
        key += toLines(more);
      },
      rename(newName) {
        name = newName;
        key += `\n${newName}`;
      },
      child(name, attributes) {
        children.push({ name, attributes });
        key += `\n${name}${toLines(attributes)}`;
        return toUnrecorded(ids, traceparent);
      },
      end(errorType) {
        const toSpans = () => ({ hasParent, name, attributes: { ...attributes(), ...added }, children, errorType });
        send(ids, toTemplate(`${key}\n${errorType}`, toSpans), startedAt, performance.now() - started);
      },
    };
  }

  return {
    /**
     * Starts the span of a hit; undefined if the SDK must record it. The data of its children must be known when they
     * start.
     */
    start(name: string, headers: Carrier, attributes: () => Attributes, hitKey: string): Trace | undefined {
      const sent = config.hasTraceContext ? headers.get("traceparent") : null;
      const parent = sent === null ? null : plainTraceparent.exec(sent);
      if (sent !== null && (!parent || headers.get("tracestate") !== null)) return undefined;
      const ids = { traceId: parent?.[1] ?? drawId(32), spanId: drawId(16), parentSpanId: parent?.[2] ?? "" };
      const sampled = isSampled(ids.traceId, parent);
      const traceparent = `00-${ids.traceId}-${ids.spanId}-0${sampled ? 1 : 0}`;
      return sampled ? toRecorded(ids, traceparent, name, attributes, hitKey) : toUnrecorded(ids, traceparent);
    },

    /** Resolves once all spans that ended so far are sent or dropped. */
    flush: queue.flush,
  };
}

/** Values, one a line: no value contains a line break. */
function toLines(attributes: Attributes): string {
  let lines = "";
  for (const name in attributes) {
    const value = attributes[name as AttributeName];
    lines += value === undefined ? "\n" : `\n=${value}`;
  }
  return lines;
}
