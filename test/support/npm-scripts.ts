import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/built.mjs";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** Scripts that are several programs, each by its name: `npm run check charts`. */
const grouped = ["bench", "check", "docs", "release"];

/** The npm scripts that a text runs, as `name` or `name part`. */
export function scriptsIn(text: string): string[] {
  const ran = text.matchAll(
    /\bnpm (?:run (?:-s |--silent )?([a-z][\w:-]*)(?: ([a-z](?:[\w:-]*\w)?))?|(test|start)\b)/g,
  );
  return [...ran].map(([, name = "", part, own]) => own ?? (part && grouped.includes(name) ? `${name} ${part}` : name));
}

/** The names that each of them takes, as its usage lists them. */
const parts = new Map(
  grouped.map((name) => {
    const [, ...args] = scripts[name]!.split(" ");
    const usage = String(execFileSync(process.execPath, [...args, "--help"], { cwd: root }));
    return [name, [...usage.matchAll(/^ {2}([a-z][\w:-]*) {2,}/gm)].map(([, part]) => part!)] as const;
  }),
);

/** The names that one of the grouped scripts takes. */
export const partsOf = (name: string): readonly string[] => parts.get(name) ?? [];

/** All scripts of package.json, without the names of their parts. */
export const names: readonly string[] = Object.keys(scripts);

/** False of a script, or of a part of it, that package.json or its program does not know. */
export function exists(script: string): boolean {
  const [name = "", part] = script.split(" ");
  return name in scripts && (part === undefined || (parts.get(name) ?? []).includes(part));
}
