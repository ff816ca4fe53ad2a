/** What a running stack answers to a query, and why it may answer nothing. */
import { foreignMetrics, isOfProcess, metricsOf, ownMetrics, panels, recorded, withVariables } from "./queries.mjs";

const languages = { mimir: "PromQL", loki: "LogQL", tempo: "TraceQL" };

/** The queries of all panels, in the order of the dashboards. */
export const panelQuestions = panels.flatMap(({ name, panel }) =>
  panel.targets.map((target) => ({
    name,
    language: languages[target.datasource.uid],
    expr: target.expr ?? target.query,
    instant: target.instant || target.queryType === "instant",
    // What only shows what is wrong.
    mayBeEmpty: target.expr?.endsWith("> 0"),
  })),
);

/**
 * Metrics that a cluster with everything may lack: what exists from its first event, what the autoscaler has for the other
 * way of scaling, what Knative's proxy has with a limit of concurrency, and volumes that are folders.
 */
const mayBeMissing =
  /^(?:.*_(?:discarded|failed|dropped|refused|errors|exceptions)_.*|kn_revision_(?:rps|concurrency)_.*|kn_serving_queue_depth|kube_pod_container_status_(?:waiting|last_terminated)_reason|kubelet_volume_stats_.*|pilot_total_xds_rejects|traces_service_graph_request_failed_total)$/;

/** The newest number of a series; undefined for lines. */
function lastNumber({ value, values = [value] }) {
  const numbers = values.map(([, text]) => Number(text));
  return numbers.findLast((number) => !Number.isNaN(number));
}

/**
 * @param {ReturnType<typeof import("./ask.mjs").backends>} stack
 * @param {{ isComplete?: boolean }} [options] `isComplete`: on a cluster with everything, a metric that nobody exposes is a
 *   failure
 * @returns a function of a question, and of the ID of a trace for examples that name one
 */
export function createAsker(stack, { isComplete = false } = {}) {
  const known = new Map();
  /** Whether anybody has told of a metric within the hour. */
  function isThere(metric) {
    if (!known.has(metric))
      known.set(
        metric,
        stack.promql(`count(last_over_time(${metric}[1h]))`, { instant: true }).then((result) => result.length > 0),
      );
    return known.get(metric);
  }

  /** Why PromQL may correctly return no result; undefined without a reason. */
  async function reasonForNothing({ expr, mayBeEmpty }) {
    const missing = [];
    for (const metric of new Set(metricsOf(expr))) if (!(await isThere(metric))) missing.push(metric);
    const foreign = missing.filter((metric) => foreignMetrics.has(metric));
    if (isComplete && foreign.some((metric) => !mayBeMissing.test(metric))) return undefined;
    if (foreign.length > 0) return `nobody here exposes ${foreign.join(", ")}`;
    const own = missing.filter((metric) => ownMetrics.has(metric) && !isOfProcess(metric));
    if (own.length > 0) return `${own.join(", ")}: counted from its first event, and there was none`;
    if (missing.some((metric) => recorded.has(metric))) return "what it is recorded from has no series yet";
    return mayBeEmpty ? "its series are there, and none meets the condition" : undefined;
  }

  async function ask(question, traceId) {
    const expr = withVariables(question.expr).replaceAll("<id>", traceId);
    switch (question.language) {
      case "PromQL": {
        const all = await stack.promql(expr, question);
        const series = all.filter(({ value, values = [value] }) => values.some(([, number]) => number !== "NaN"));
        if (series.length > 0) {
          const fires = question.alert ? "FIRES if it lasts: " : "";
          return { outcome: "data", detail: `${fires}${series.length} series`, value: lastNumber(series[0]) };
        }
        if (all.length > 0) return { outcome: "nothing", detail: "0 / 0: nothing was counted in the range" };
        const reason = await reasonForNothing({ ...question, expr });
        return reason ? { outcome: "nothing", detail: reason } : { outcome: "FAILED", detail: `nothing, of ${expr}` };
      }
      case "LogQL": {
        const result = await stack.logql(expr, question);
        if (result.length > 0)
          return { outcome: "data", detail: `${result.length} streams`, value: lastNumber(result[0]) };
        return reasonForNoLogs(question, expr);
      }
      default: {
        const traces = await stack.traceql(expr);
        if (traces.length > 0) return { outcome: "data", detail: `${traces.length} traces` };
        const any = await stack.traceql('{ resource.service.name = "edge-gists" }');
        return any.length > 0
          ? { outcome: "nothing", detail: "the service's traces are there, and none meets the condition" }
          : { outcome: "FAILED", detail: "no trace of the service at all" };
      }
    }
  }

  /** Logs: the streams themselves are asked for, without what narrows them down. */
  async function reasonForNoLogs(question, expr) {
    const selector = expr.match(/\{[^}]*\}/)[0];
    const kept = selector.replace(/,(?:level|kind)=~?"[^"]*"/g, "");
    const streams = await stack.logql(kept);
    if (streams.length > 0 && kept !== selector)
      return { outcome: "nothing", detail: `${kept} has lines, none of them of ${selector}` };
    if (streams.length > 0)
      return { outcome: "nothing", detail: `${kept} has lines, and none meets what follows the selector` };
    return { outcome: "nothing", detail: `nobody here writes to ${kept}` };
  }

  return ask;
}
