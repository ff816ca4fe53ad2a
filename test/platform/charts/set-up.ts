import type { TestProject } from "vitest/node";
import { render, valuesOf } from "../../../scripts/charts.mjs";
import { schemaLocation } from "../support/schemas.mjs";
import { variants } from "./variants.ts";
import { charts, environments } from "./own-charts.ts";

/** What Helm made of a chart; null if it refused, with the reason. */
interface Rendered {
  text: string | null;
  reason: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** By environment and the chart's name. */
    environments: Record<string, Record<string, Rendered>>;
    /** By name. */
    variants: Record<string, Rendered>;
  }
}

/** vitest's globalSetup: makes the schemas, and renders all charts, once for all files. */
export default function setUp(project: TestProject) {
  schemaLocation();
  const ofAll = environments.map((environment) => {
    const each = charts.map((chart) => [chart.name, render(chart, ...valuesOf(chart, environment))] as const);
    return [environment, Object.fromEntries(each)] as const;
  });
  project.provide("environments", Object.fromEntries(ofAll));
  const ofVariants = variants.map(
    ({ chart, name, args }) => [name, render(chart, ...valuesOf(chart, "kind"), ...args)] as const,
  );
  project.provide("variants", Object.fromEntries(ofVariants));
}
