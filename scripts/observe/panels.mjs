/** Which panels have data in a running stack outside a cluster, and which of them cannot have any there. */
import { dashboards } from "../../observability/dashboards/all.ts";
import { externalMetrics } from "../../observability/external-metrics.ts";
import { createAsker, panelQuestions } from "../observability/answers.mjs";
import { backends } from "../observability/ask.mjs";
import { metricsOf, rules } from "../observability/queries.mjs";

/** Documentation of what runs here: every scrape, and Grafana's programs. All others are a cluster's. */
const isHere = (source) => /^https:\/\/(?:prometheus\.io|grafana\.com)\//.test(source);

const ofCluster = new Set(Object.entries(externalMetrics).flatMap(([source, names]) => (isHere(source) ? [] : names)));

/** A query of what only a cluster has: its metrics, what is recorded from them, and the gateway's lines. */
export function needsCluster(expr) {
  if (expr.includes("istio-ingressgateway")) return true;
  const slo = /\bslo="([^"]+)"/.exec(expr)?.[1];
  return metricsOf(expr).some((metric) => {
    const from = rules.filter(({ record, labels }) => record === metric && (!slo || labels?.slo === slo));
    return ofCluster.has(metric) || from.some((rule) => needsCluster(rule.expr));
  });
}

/** Metrics of what is not set up here. */
const setUp = { github_app_tokens_total: "a GitHub App" };

/** The program of Grafana's that exposes a metric; undefined for any other metric. */
function exposes(metric) {
  const source = Object.keys(externalMetrics).find((url) => externalMetrics[url].includes(metric));
  return /^https:\/\/grafana\.com\/docs\/(tempo|alloy)\//.exec(source)?.[1];
}

/** What a query needs and is not here; undefined if it can have a result. */
function lackOf({ expr, language }, urls) {
  if (needsCluster(expr)) return "a cluster";
  if (!urls[stores[language]]) return storeNames[stores[language]];
  const metrics = language === "PromQL" ? metricsOf(expr) : [];
  const program = metrics.map(exposes).find((name) => name && !urls[name]);
  return program ? storeNames[program] : metrics.map((metric) => setUp[metric]).find(Boolean);
}

const stores = { PromQL: "mimir", LogQL: "loki", TraceQL: "tempo" };
const storeNames = { mimir: "Prometheus", loki: "Loki", tempo: "Tempo", alloy: "Alloy" };

/** A panel as it is watched: its state is `data`, `waiting`, or `without` what it needs. */
function toPanel({ uid, title: dashboard }, panel, urls) {
  const name = `${uid}: ${panel.title}`;
  const questions = panelQuestions.filter((question) => question.name === name);
  const lacks = questions.map((question) => lackOf(question, urls));
  const possible = questions.filter((_, index) => !lacks[index]);
  const needs = possible.length === 0 ? lacks[0] : undefined;
  const { unit } = panel.fieldConfig.defaults;
  return { dashboard, title: panel.title, unit, questions: possible, state: needs ? "without" : "waiting", needs };
}

/**
 * @param {{ mimir: string, loki?: string, tempo?: string, alloy?: string }} urls of what is here; those of the stores as
 *   ../observability/ask.mjs takes them
 * @returns the panels by dashboard, and a function that asks those again that have no data yet
 */
export function watchPanels(urls) {
  const ask = createAsker(backends(urls));
  const watched = dashboards.map((dashboard) => ({
    uid: dashboard.uid,
    title: dashboard.title,
    panels: dashboard.panels.filter(({ type }) => type !== "row").map((panel) => toPanel(dashboard, panel, urls)),
  }));
  const all = watched.flatMap(({ panels }) => panels);

  async function look(panel) {
    const answers = await Promise.all(
      panel.questions.map((question) =>
        ask(question, "0".repeat(32)).catch((error) => ({ outcome: "FAILED", detail: error.message })),
      ),
    );
    const found = answers.filter(({ outcome }) => outcome === "data");
    panel.queries = { all: answers.length, withData: found.length };
    panel.detail = (found[0] ?? answers[0]).detail;
    panel.value = found[0]?.value;
    if (found.length > 0) panel.state = "data";
  }

  return {
    dashboards: watched,
    /** Those that could have data. */
    possible: all.filter(({ state }) => state !== "without"),
    /** @returns how many of them have none yet */
    async look() {
      const waiting = all.filter(({ state }) => state === "waiting");
      await Promise.all(waiting.map(look));
      return waiting.filter(({ state }) => state === "waiting").length;
    },
    /** Asks all of them once more, for the newest numbers. */
    refresh: () => Promise.all(all.filter(({ state }) => state === "data").map(look)),
  };
}
