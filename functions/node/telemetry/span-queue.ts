import type { TelemetryConfig } from "../../core/telemetry/otel/config.ts";
import type { SpanTemplate } from "./span-template.ts";

/** Sends an encoded request. Reports failures itself. */
export interface Sender {
  export(request: Uint8Array, done: (result: unknown) => void): void;
}

type Bounds = Pick<
  TelemetryConfig,
  "OTEL_BSP_SCHEDULE_DELAY" | "OTEL_BSP_MAX_QUEUE_SIZE" | "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"
>;

/** Encoded spans that wait until a batch is full or the delay is over. */
export function createSpanQueue(bounds: Bounds, sender: Sender) {
  const sending = new Set<Promise<void>>();
  /** Waiting or in transit: the limit applies to all of them. */
  let held = 0;
  let waiting = 0;
  let bytes = Buffer.allocUnsafe(0);
  let used = 0;
  let first: SpanTemplate | undefined;
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!first) return;
    const spans = [first.scope, bytes.subarray(0, used)];
    const scopeSpans = [lengthened(0x12, spans), ...spans];
    const resourceSpans = [first.resource, ...scopeSpans];
    const request = Buffer.concat([lengthened(0x0a, resourceSpans), ...resourceSpans]);
    const count = waiting;
    waiting = 0;
    used = 0;
    first = undefined;
    const sent = new Promise<void>((resolve) =>
      sender.export(request, () => {
        held -= count;
        resolve();
      }),
    ).finally(() => sending.delete(sent));
    sending.add(sent);
  }

  return {
    /** A copy of a template's bytes, to be filled in before anything else is added; undefined if the queue is full. */
    add(template: SpanTemplate): { bytes: Buffer; offset: number } | undefined {
      if (held + template.count > bounds.OTEL_BSP_MAX_QUEUE_SIZE) return undefined;
      if (waiting + template.count > bounds.OTEL_BSP_MAX_EXPORT_BATCH_SIZE) send();
      const size = template.bytes.length;
      if (used + size > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, 4096, used + size));
        bytes.copy(larger, 0, 0, used);
        bytes = larger;
      }
      const offset = used;
      template.bytes.copy(bytes, offset);
      used += size;
      held += template.count;
      waiting += template.count;
      first ??= template;
      timer ??= setTimeout(send, bounds.OTEL_BSP_SCHEDULE_DELAY).unref();
      return { bytes, offset };
    },

    /** Resolves once all spans so far are sent or dropped. */
    async flush(): Promise<void> {
      send();
      await Promise.all(sending);
    },
  };
}

/** The tag and the length of a field that holds these parts. */
function lengthened(tag: number, parts: readonly Buffer[]): Buffer {
  const head = [tag];
  let length = parts.reduce((sum, part) => sum + part.length, 0);
  for (; length > 127; length >>>= 7) head.push((length & 127) | 128);
  head.push(length);
  return Buffer.from(head);
}
