import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, execute, toText } from "./command.ts";
import { gather } from "./gather.ts";
import type { Options } from "./options.ts";
import type { Settings } from "./settings.ts";
import type { Context, Stage } from "./stage.ts";

/** The result of a stage. */
export interface Result {
  name: string;
  seconds: number;
  passed: number;
  failed: number;
}

const indent = (text: string) => text.replaceAll("\n", "\n      ");

/** The output of a dry run: every stage and its commands. */
export function describe(stages: readonly Stage[], options: Options, settings: Settings): string {
  return stages
    .flatMap(({ name, title, kind, commands }) => {
      const left = options.skip.includes(name) || (kind === "end" && options.keep);
      const lines = Object.values(commands(settings)).map((command) => `    $ ${toText(command, true)}`);
      return [`${name}: ${title}${left ? " (left out)" : ""}`, ...(left ? [] : lines)];
    })
    .join("\n");
}

function createContext(
  settings: Settings,
  result: Result,
  figures: Record<string, unknown>,
  closing: (() => unknown)[],
) {
  const log = join(settings.folder, "commands.log");
  const attempt = (command: Command) => execute(command, log);
  const context: Context = {
    settings,
    attempt,
    run: async (command) => {
      const { status, stdout, stderr } = await attempt(command);
      if (status !== 0) throw new Error(`${toText(command)}\nended with ${status}\n${(stderr || stdout).slice(-4000)}`);
      return stdout;
    },
    check: async (name, body) => {
      try {
        const said = await body();
        result.passed += 1;
        console.log(`  ok ${name}${said ? `: ${said}` : ""}`);
        return true;
      } catch (error) {
        result.failed += 1;
        console.log(`  FAILED ${name}\n      ${indent((error as Error).message)}`);
        return false;
      }
    },
    count: (passed, failed) => {
      result.passed += passed;
      result.failed += failed;
    },
    figure: (name, value) => {
      figures[name] = value;
      console.log(`    ${name}: ${Array.isArray(value) ? value.join(", ") : String(value)}`);
    },
    onEnd: (close) => void closing.push(close),
  };
  return context;
}

/** Runs the stages one after another; false if anything failed. The report is in the run's folder. */
export async function runStages(stages: readonly Stage[], options: Options, settings: Settings): Promise<boolean> {
  for (const path of [settings.folder, settings.private]) mkdirSync(path, { recursive: true });
  const results: Result[] = [];
  const figures: Record<string, unknown> = {};
  const closing: (() => unknown)[] = [];
  let isOver = false;

  for (const stage of stages) {
    if (isOver && stage.kind !== "end") continue;
    // The run is over even if this stage is skipped.
    if (stage.kind === "end") {
      for (const close of closing.splice(0).toReversed()) await close();
      if (results.some(({ failed }) => failed > 0)) {
        // Without the commands there is no cluster either.
        if (results[0]?.failed) continue;
        console.log("gathering logs, events and figures");
        await gather(settings);
      }
      if (options.keep) continue;
    }
    if (options.skip.includes(stage.name)) continue;
    console.log(`${stage.name}: ${stage.title}`);
    const result: Result = { name: stage.name, seconds: 0, passed: 0, failed: 0 };
    const started = performance.now();
    try {
      await stage.run(createContext(settings, result, figures, closing), stage.commands(settings));
      if (result.passed + result.failed === 0) result.passed = 1;
    } catch (error) {
      result.failed += 1;
      console.log(`  FAILED ${stage.name}\n      ${indent((error as Error).message)}`);
    }
    if (result.failed > 0 && stage.kind === "gate") isOver = true;
    result.seconds = Math.round((performance.now() - started) / 100) / 10;
    results.push(result);
  }

  writeFileSync(join(settings.folder, "report.json"), `${JSON.stringify({ results, figures }, null, 2)}\n`);
  return print(results, options, settings);
}

function print(
  results: readonly Result[],
  { skip, keep }: Options,
  { kubeconfig, context, folder }: Settings,
): boolean {
  console.log("");
  for (const { name, seconds, passed, failed } of results)
    console.log(`${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s  ${passed} passed, ${failed} failed`);
  if (skip.length > 0) console.log(`LEFT OUT ${skip.join(", ")}`);
  if (keep) console.log(`The cluster stays: kubectl --kubeconfig=${kubeconfig} --context=${context} get pods -A`);
  const [passed, failed] = (["passed", "failed"] as const).map((key) =>
    results.reduce((sum, result) => sum + result[key], 0),
  );
  if (failed) console.log(`More in ${folder}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed !== 0;
}
