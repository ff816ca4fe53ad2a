import { backends } from "./ask.mjs";
import {
  examples,
  foreignMetrics,
  isOfProcess,
  metricsOf,
  ownMetrics,
  panels,
  recorded,
  rules,
  runbookQueries,
  withVariables,
} from "./queries.mjs";
import { followTrail } from "./trail.mjs";
import { readOptions } from "../options.mjs";

const usage = `
npm run check observability:live

Asks a running stack every query of the dashboards, the rules, the runbooks and
docs/observability.md, and follows one slow request from its exemplar to its trace, its log line
and its metrics. Fails if a query is refused, or has no result and no reason for that.
MIMIR_URL (http://localhost:8080/prometheus; Prometheus will do), LOKI_URL
(http://localhost:3100), TEMPO_URL (http://localhost:3200). On a cluster:
kubectl -n observability port-forward svc/mimir 8080 and so on.
`;
readOptions({ usage });

const stack = backends({
  mimir: process.env.MIMIR_URL ?? "http://localhost:8080/prometheus",
  loki: process.env.LOKI_URL ?? "http://localhost:3100",
  tempo: process.env.TEMPO_URL ?? "http://localhost:3200",
});

const languages = { mimir: "PromQL", loki: "LogQL", tempo: "TraceQL" };
const questions = [
  ...panels.flatMap(({ name, panel }) =>
    panel.targets.map((target) => ({
      name,
      language: languages[target.datasource.uid],
      expr: target.expr ?? target.query,
      instant: target.instant || target.queryType === "instant",
      // What only shows what is wrong.
      mayBeEmpty: target.expr?.endsWith("> 0"),
    })),
  ),
  ...rules.map(({ alert, record, labels, expr }) => ({
    name: alert ? `alert ${alert}` : `record ${record} ${labels?.slo ?? ""}`.trim(),
    language: "PromQL",
    expr,
    instant: true,
    alert,
    mayBeEmpty: Boolean(alert),
  })),
  ...runbookQueries().map((query) => ({ ...query, name: `runbook: ${query.name}`, mayBeEmpty: true })),
  ...examples().map(({ name, language, expr }) => ({ name: `docs: ${name}`, language, expr })),
];

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
        return { outcome: "data", detail: `${fires}${series.length} series` };
      }
      if (all.length > 0) return { outcome: "nothing", detail: "0 / 0: nothing was counted in the range" };
      const reason = await reasonForNothing({ ...question, expr });
      return reason ? { outcome: "nothing", detail: reason } : { outcome: "FAILED", detail: `nothing, of ${expr}` };
    }
    case "LogQL": {
      const result = await stack.logql(expr, question);
      if (result.length > 0) return { outcome: "data", detail: `${result.length} streams` };
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

const counts = { data: 0, nothing: 0, FAILED: 0 };
function tell(outcome, language, name, detail) {
  counts[outcome] += 1;
  console.log(`${outcome.padEnd(8)} ${language.padEnd(8)} ${name}\n${" ".repeat(18)}${detail}`);
}

let traceId = "0".repeat(32);
try {
  const { id, steps } = await followTrail(stack);
  traceId = id;
  for (const [step, detail] of steps) tell("data", "trail", step, detail);
} catch (error) {
  tell("FAILED", "trail", "exemplar -> trace -> log -> metrics", error.message);
}
for (const question of questions) {
  const { outcome, detail } = await ask(question, traceId).catch((error) => ({
    outcome: "FAILED",
    detail: `${error.message}, of ${question.expr}`,
  }));
  tell(outcome, question.language, question.name, detail);
}
console.log(`${counts.data} with data, ${counts.nothing} with an explained nothing, ${counts.FAILED} failed`);
process.exitCode = counts.FAILED > 0 ? 1 : 0;
