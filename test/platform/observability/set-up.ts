import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { parse } from "yaml";
import { root } from "../../../harness/built.mjs";
import { read } from "../support/files.ts";
import { schemaLocation } from "../support/schemas.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the chart, without upstream charts if these are not at hand. */
    chart: string;
    /** Upstream charts are in it. */
    isWhole: boolean;
  }
}

/** vitest's globalSetup: makes the schemas, and a copy of the chart that Helm can render. */
export default function setUp(project: TestProject) {
  schemaLocation();
  const source = join(root, "observability/chart");
  const isWhole = existsSync(join(source, "charts"));
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-observability-"));
  const chart = join(folder, "chart");
  cpSync(source, chart, { recursive: true });
  if (!isWhole) {
    const { dependencies, ...rest } = parse(read("observability/chart/Chart.yaml"));
    writeFileSync(join(chart, "Chart.yaml"), JSON.stringify(rest));
    const names = dependencies.map(({ name }) => name).join(", ");
    console.warn(`LEFT OUT ${names}: need observability/chart/charts (helm dependency update observability/chart)`);
  }
  project.provide("chart", chart);
  project.provide("isWhole", isWhole);
  return () => rmSync(folder, { recursive: true, force: true });
}
