import { ExportResultCode } from "@opentelemetry/core";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Log } from "../ports.ts";

/** An exporter that says when it begins to fail and when it is well again, and nothing in between. */
export function watchExports(exporter: SpanExporter, log: Log): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        const { error } = result;
        if (failed && !failing) {
          log("warn", "traces are not exported", { cause: error && `${error.name}: ${error.message}` });
        }
        if (!failed && failing) log("info", "traces are exported again");
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}
