import { expect, inject } from "vitest";
import { type Document, toDocuments } from "../support/documents.ts";
import { read } from "../support/files.ts";
import type { Chart } from "./own-charts.ts";

/** YAML of a chart in an environment; a failed expectation if Helm refuses it. */
export function textOf(chart: Chart, environment: string): string {
  const { text, reason } = inject("environments")[environment]![chart.name]!;
  expect(text, reason).not.toBeNull();
  return text as string;
}

/** YAML of a variant; a failed expectation if Helm refuses it. */
export function textOfVariant(name: string): string {
  const { text, reason } = inject("variants")[name]!;
  expect(text, reason).not.toBeNull();
  return text as string;
}

export const documentsOf = (chart: Chart, environment: string): Document[] => toDocuments(textOf(chart, environment));
export const documentsOfVariant = (name: string): Document[] => toDocuments(textOfVariant(name));

/** All resources that any of them makes, for the tests that are made of these. */
export function allDocuments(): Document[] {
  const texts = [...Object.values(inject("environments")).flatMap(Object.values), ...Object.values(inject("variants"))];
  return texts.flatMap(({ text }: { text: string | null }) => toDocuments(text ?? ""));
}

/** The settings that docs/settings.md lists. */
export function documentedSettings(): string[] {
  return [...read("docs/settings.md").matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\|/gm)].map(([, name]) => name!);
}
