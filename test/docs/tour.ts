import { read } from "../../docs/generate/markdown.ts";

export const tourPath = "docs/tour.md";

/** What a reader does at one place of a tour. */
export type Step = { line: number } & (
  | { kind: "run"; commands: string; runsOn: boolean; needs: string[]; expected?: string }
  | { kind: "write"; path: string; text: string }
  | { kind: "edit"; path: string; from: string; to: string; expected?: string }
  | { kind: "see"; url: string; picture?: string }
);

export interface Tour {
  title: string;
  steps: Step[];
}

const blocks =
  /^```(\w+)\n([^]*?)^```$|^<!-- (?:page|picture): (\S+) -->$(?:(?<=<!-- picture.*)\n\n!\[[^\]]+\]\((\S+)\)$)?/gm;

function toStep(language: string, body: string): Step | undefined {
  const line = 0;
  if (language === "sh") {
    const needs = /^# needs (.+)$/m.exec(body)?.[1]?.split(/, | and /) ?? [];
    return { line, kind: "run", commands: body, runsOn: /# keeps running$/m.test(body), needs };
  }
  if (language === "diff") {
    const path = /^--- (\S+)$/m.exec(body)?.[1] ?? "";
    const side = (sign: string) =>
      body
        .split("\n")
        .filter((text) => text.startsWith(sign) && !text.startsWith("---"))
        .map((text) => text.slice(1))
        .join("\n");
    return { line, kind: "edit", path, from: side("-"), to: side("+") };
  }
  const [, path] = /^(?:\/\/|#) (\S+\.\w+)\n/.exec(body) ?? [];
  return path === undefined ? undefined : { line, kind: "write", path, text: body };
}

/**
 * The steps of a section: each block, and for `text` what the block before it prints.
 * @throws Error for a block that nobody would run
 */
export function readSteps(section: string, firstLine = 1): Step[] {
  const steps: Step[] = [];
  for (const { index, 0: whole, 1: language = "", 2: body = "", 3: url, 4: picture } of section.matchAll(blocks)) {
    const line = firstLine + section.slice(0, index).split("\n").length - 1;
    const last = steps.at(-1);
    if (url !== undefined) steps.push({ line, kind: "see", url, ...(picture !== undefined && { picture }) });
    else if (language === "text" && last && "commands" in last) last.expected = body;
    else if (language === "text" && last?.kind === "edit") last.expected = body;
    else {
      const step = toStep(language, body);
      if (!step) throw new Error(`${tourPath}:${line}: nothing runs this block: ${whole}`);
      steps.push({ ...step, line });
    }
  }
  return steps;
}

/** All sections of the page that have steps. */
export function readTours(page = read(tourPath)): Tour[] {
  let line = 1;
  return page.split(/^(?=## )/m).flatMap((section) => {
    const [title = ""] = section.replace("## ", "").split("\n");
    const steps = readSteps(section, line);
    line += section.split("\n").length - 1;
    return steps.length > 0 ? [{ title, steps }] : [];
  });
}

/** Parts of an output that differ with each run. */
const volatile =
  /(?<=ttl=)-?\d+|(?<=^Age: )\d+|(?<=^X-RateLimit-(?:Remaining|Used|Reset): )\d+|\b\d+(?:\.\d+)?(?= (?:ms|s)\b)/gim;

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The output as a pattern: `...` is left out, within a line or as a line. */
export function toPattern(expected: string): RegExp {
  const lines = expected.trimEnd().split("\n");
  const toLine = (line: string) =>
    line
      .split("...")
      .map((part) => escape(part.replaceAll(volatile, "\u0000")).replaceAll("\u0000", String.raw`-?\d[\d.]*`))
      .join(".*");
  const isOmission = (line: string) => line.trim() === "...";
  const pattern = lines
    .map((line, at) =>
      isOmission(line) ? String.raw`(?:.*\n)*?` : `${toLine(line)}${at < lines.length - 1 ? String.raw` *\n` : " *$"}`,
    )
    .join("");
  return new RegExp(`^${pattern}`, "m");
}
