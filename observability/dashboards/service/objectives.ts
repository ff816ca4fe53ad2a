import { burnRates, slos } from "../../slo.ts";
import { recorded } from "../../slo-rules.ts";
import type { Panel } from "../model.ts";
import { budgetLeft } from "../promql.ts";

const fastBurn = burnRates.BurnsFast.rates[0]?.factor ?? 1;

/** What users were promised, and what is left of it. */
export const objectives: Panel[] = [
  ...slos.map((slo): Panel => ({
    title: `How much of the ${slo.slo} budget is left?`,
    description: `Objective: ${Number((slo.target * 100).toPrecision(6))} % of ${slo.promise}. 100 %: nothing spent in 30 days. Below 0: missed. Averaged over time, not over requests.`,
    unit: "percentunit",
    kind: "stat",
    thresholds: [
      [-1, "red"],
      [0, "yellow"],
      [0.25, "green"],
    ],
    queries: [{ expr: budgetLeft(slo), instant: true }],
    width: 8,
    height: 5,
  })),
  {
    title: "How fast are the budgets spent?",
    description: "1: the budget lasts exactly 30 days. The line is the threshold of the fast alert, over an hour.",
    unit: "none",
    thresholds: [
      [0, "green"],
      [fastBurn, "red"],
    ],
    queries: slos.map(({ slo, target }) => ({
      expr: `${recorded(slo, "1h")} / ${Number((1 - target).toPrecision(6))}`,
      legend: slo,
    })),
    width: 24,
    height: 6,
    min: 0,
  },
];
