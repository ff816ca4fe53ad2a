import { getWebInstrumentations, initializeFaro } from "@grafana/faro-web-sdk";
import { TracingInstrumentation } from "@grafana/faro-web-tracing";
import { parseRoute } from "../page/route.ts";
import { connectMonitor } from "./observed.ts";

/**
 * Real user monitoring by Grafana Faro: web vitals, errors, policy violations, and a span for each request to this
 * origin, whose `traceparent` makes the server's trace its child. No data outlives the tab.
 * @param url the collector: a path of this origin, or a URL
 */
export function startFaro(url: string, version: string): void {
  const { api } = initializeFaro({
    url: new URL(url, location.href).href,
    app: { name: "edge-gists-explorer", version },
    sessionTracking: { enabled: true, persistent: false },
    // The kind of page, not its address: a dashboard groups by it.
    pageTracking: { generatePageId: ({ search }) => parseRoute(search).view },
    instrumentations: [...getWebInstrumentations({ captureConsole: false }), new TracingInstrumentation()],
  });
  connectMonitor(({ view, status, handling, duration, age, trace }) =>
    api.pushMeasurement(
      { type: "edge_answer", values: { duration_ms: duration, status, ...(age !== undefined && { age_s: age }) } },
      { context: { view, handling: handling ?? "none" }, ...(trace && { spanContext: trace }) },
    ),
  );
}
