import { randomFillSync } from "node:crypto";
import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { SamplingDecision } from "@opentelemetry/sdk-trace";
import { LRUCache } from "lru-cache";
import type { Build } from "../../core/config/build.ts";
import type { Begun, SpanTemplates } from "../../core/telemetry/trace.ts";
import { toSampler } from "../../core/telemetry/otel/tracing.ts";
import type { TelemetryConfig } from "../../core/telemetry/otel/config.ts";
import { createExamples, type Example, spansOfExample, writeTimes } from "./span-template.ts";
import { createSpanQueue, type Sender } from "./span-queue.ts";

/** Random bytes are drawn so many at a time: a draw for each request costs more than all else of its trace. */
const poolBytes = 24 * 1024;

/** Most bytes of all examples together: their number is of clients' making (User-Agent). */
export const maxExampleBytes = 4 * 1024 * 1024;

/** What an example takes beside its bytes and its name, measured. */
const exampleOverhead = 1600;

const sampledTraceparent = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-0([01])$/;

interface Started extends Begun {
  /** Of the caller; empty without one. */
  parentSpanId: string;
}

/**
 * The spans of hits without the SDK, which costs more for a request than the request itself. The SDK records and encodes
 * one example of each kind; what follows are its bytes with other ids and times, sent as the SDK's own are.
 */
export function createSpanTemplates(
  config: TelemetryConfig,
  build: Build,
  sender: Sender,
): SpanTemplates & { flush(): Promise<void> } {
  const sampler = toSampler(config.OTEL_TRACES_SAMPLER, config.OTEL_TRACES_SAMPLER_ARG);
  const record = createExamples(config, build);
  /** In names of examples. What is gone is not asked for again, so that its examples are the first to go. */
  const numbers = new WeakMap<object, number>();
  let last = 0;
  let common: Example | undefined;
  const examples = new LRUCache<string, Example>({
    maxSize: maxExampleBytes,
    sizeCalculation: ({ bytes }, name) => bytes.length + 2 * name.length + exampleOverhead,
  });
  const queue = createSpanQueue(config, sender);
  let pool = "";
  let drawn = 0;

  /** Hexadecimal digits by chance. */
  function draw(digits: number): string {
    if (drawn + digits > pool.length) {
      pool = randomFillSync(Buffer.allocUnsafe(poolBytes)).toString("hex");
      drawn = 0;
    }
    drawn += digits;
    return pool.slice(drawn - digits, drawn);
  }

  /** An id of zeros is none (https://www.w3.org/TR/trace-context/#trace-id). */
  function drawId(digits: number): string {
    for (;;) {
      const id = draw(digits);
      if (/[^0]/.test(id)) return id;
    }
  }

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

  return {
    begin(headers): Started | undefined {
      const sent = config.hasTraceContext ? headers.get("traceparent") : null;
      const parent = sent === null ? null : sampledTraceparent.exec(sent);
      // What is odd, or has more to carry on, is for the SDK.
      if (sent !== null && (!parent || headers.get("tracestate") !== null)) return undefined;
      const traceId = parent?.[1] ?? drawId(32);
      const spanId = drawId(16);
      const sampled = isSampled(traceId, parent);
      const traceparent = `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`;
      return { traceId, spanId, sampled, traceparent, parentSpanId: parent?.[2] ?? "" };
    },

    end(begun, like, variant, at, milliseconds, recordSpans) {
      const { traceId, spanId, parentSpanId } = begun as Started;
      let number = numbers.get(like);
      if (number === undefined) numbers.set(like, (number = ++last));
      const name = `${number} ${parentSpanId === "" ? "root" : "child"} ${variant}`;
      let example = examples.get(name);
      if (!example) {
        example = spansOfExample(record(parentSpanId !== "", recordSpans), common);
        common ??= example;
        examples.set(name, example);
      }
      const place = queue.add(example);
      if (!place) return;
      const { bytes, offset } = place;
      for (const one of example.traceIds) bytes.write(traceId, offset + one, 16, "hex");
      for (const one of example.spanIds) bytes.write(spanId, offset + one, 8, "hex");
      for (const one of example.parentIds) bytes.write(parentSpanId, offset + one, 8, "hex");
      for (const one of example.childIds) bytes.write(drawId(16), offset + one, 8, "hex");
      writeTimes(bytes, offset, example, at, milliseconds);
    },

    flush: queue.flush,
  };
}
