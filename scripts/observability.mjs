/** The generated files of the observability stack: path, and the text that must be committed there. */
import { stringify } from "yaml";
import { dashboards } from "../observability/dashboards/all.ts";
import { toSloRules } from "../observability/slo-rules.ts";
import { localStackFiles } from "./observability/local-stack.mjs";

export const dashboardFolder = "observability/chart/dashboards";
export const ruleFiles = ["slo", "alerts", "kubernetes"].map((name) => `observability/chart/rules/${name}.yaml`);

export function generatedFiles() {
  const made = (from) => `# Made from ${from} by \`npm run dashboards\`: change that, not this file.\n`;
  return [
    {
      path: ruleFiles[0],
      text: made("observability/slo.ts") + stringify(toSloRules(), { lineWidth: 0 }),
    },
    ...dashboards.map((dashboard) => ({
      path: `${dashboardFolder}/${dashboard.uid}.json`,
      text: `${JSON.stringify(dashboard, null, 2)}\n`,
    })),
    ...localStackFiles(),
  ];
}
