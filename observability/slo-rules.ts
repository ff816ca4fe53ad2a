import { type BurnRate, burnRates, type Slo, slos } from "./slo.ts";

/** Where the ratio of bad events over a window is recorded. */
export function recorded(slo: string, window: string): string {
  return `slo:errors:ratio_rate${window}{slo="${slo}"}`;
}

const windows = [...new Set(Object.values(burnRates).flatMap(({ rates }) => rates.flatMap((r) => [r.short, r.long])))];

/** Free of the noise of binary fractions. */
function round(value: number): number {
  return Number(value.toPrecision(6));
}

function toExpression({ slo, target }: Slo, rates: readonly BurnRate[]): string {
  return rates
    .map(({ factor, long, short }) => {
      const bound = round(factor * (1 - target));
      return `(${recorded(slo, long)} > ${bound} and ${recorded(slo, short)} > ${bound})`;
    })
    .join("\nor\n");
}

/** The rule groups of the objectives, as Prometheus reads them. */
export function toSloRules() {
  return {
    groups: slos.map((slo) => ({
      name: `slo-${slo.slo}`,
      rules: [
        ...windows.map((window) => ({
          record: `slo:errors:ratio_rate${window}`,
          expr: slo.badRatio(window),
          labels: { slo: slo.slo },
        })),
        ...Object.entries(burnRates).map(([suffix, { severity, rates }]) => ({
          alert: slo.alert + suffix,
          expr: toExpression(slo, rates),
          labels: { severity },
          annotations: {
            summary: `The objective that ${round(slo.target * 100)} % of ${slo.promise} is being missed.`,
            description: `{{ $value | humanizePercentage }} are not; the month's budget is ${round((1 - slo.target) * 100)} %.`,
            runbook_url: `docs/runbooks.md#${slo.slo}`,
          },
        })),
      ],
    })),
  };
}
