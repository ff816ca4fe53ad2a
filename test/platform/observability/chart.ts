import { join } from "node:path";
import { inject } from "vitest";
import { helm } from "../../../scripts/charts.mjs";

/** How the chart is installed. */
export type Profile = "small" | "full";

/** The chart's YAML for a profile, with these arguments of Helm. */
export function render(profile: Profile, ...args: string[]): { ok: boolean; stdout: string; stderr: string } {
  const chart = inject("chart");
  const common = ["--namespace", "observability", "--include-crds", "--kube-version", "1.35.0"];
  return helm("template", "observability", chart, ...common, "-f", join(chart, `values-${profile}.yaml`), ...args);
}
