import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { Log } from "../../ports.ts";

/** Any exporter. */
export interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * Watches the exporters of one receiver. Reports when they begin to fail and when they work again, and nothing in
 * between.
 */
export function createExportWatch(log: Log): <Items>(exporter: Exporter<Items>) => Exporter<Items> {
  let failing = false;

  function note({ code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed && !failing) {
      log("warn", "traces are not exported", { cause: toText(error) });
    }
    if (!failed && failing) log("info", "traces are exported again");
    failing = failed;
  }

  return (exporter) => ({
    export(items, done) {
      exporter.export(items, (result) => {
        note(result);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  });
}

/** The text of an error with its causes: on a Worker only the cause says that it was a timeout. */
function toText(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const behind = toText(error.cause);
  return `${error.name}: ${error.message}${behind === undefined ? "" : ` (${behind})`}`;
}
