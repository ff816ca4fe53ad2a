import { backends } from "./ask.mjs";
import { createAsker, panelQuestions } from "./answers.mjs";
import { examples, rules, runbookQueries } from "./queries.mjs";
import { followTrail } from "./trail.mjs";
import { readOptions } from "../options.mjs";

const usage = `
npm run check observability:live [-- --complete]

Asks a running stack every query of the dashboards, the rules, the runbooks and
docs/observability.md, and follows one slow request from its exemplar to its trace, its log line
and its metrics. Fails if a query is refused, or has no result and no reason for that.
MIMIR_URL (http://localhost:8080/prometheus; Prometheus will do), LOKI_URL
(http://localhost:3100), TEMPO_URL (http://localhost:3200). On a cluster:
kubectl -n observability port-forward svc/mimir 8080 and so on.
`;
const { values } = readOptions({
  usage,
  options: {
    complete: {
      type: "boolean",
      default: false,
      description: "for a cluster with everything: a metric that nobody exposes is a failure",
    },
  },
});

const stack = backends({
  mimir: process.env.MIMIR_URL ?? "http://localhost:8080/prometheus",
  loki: process.env.LOKI_URL ?? "http://localhost:3100",
  tempo: process.env.TEMPO_URL ?? "http://localhost:3200",
});

const ask = createAsker(stack, { isComplete: values.complete });

const questions = [
  ...panelQuestions,
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
