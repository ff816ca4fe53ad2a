import * as scripts from "../../../scripts/charts.mjs";

/** A chart of this project, as scripts/charts.mjs lists it. */
export interface Chart {
  name: string;
  path: string;
  release: string;
  namespace: string;
}

export const environments: string[] = scripts.environments;
export const charts: Chart[] = scripts.charts;
export const [mesh, serving, service] = charts as [Chart, Chart, Chart];
