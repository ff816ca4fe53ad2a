import type { Command, Outcome } from "./command.ts";
import type { Settings } from "./settings.ts";

/** The tools of a stage. */
export interface Context {
  settings: Settings;
  /** Runs a command. @throws Error with its output, if it does not end with code 0 */
  run: (command: Command) => Promise<string>;
  /** The same, whatever the code. */
  attempt: (command: Command) => Promise<Outcome>;
  /** One check: counted, and failed if the body throws. Its result is printed next to its name. */
  check: (name: string, body: () => Promise<string | void>) => Promise<boolean>;
  /** Adds the counts of another program. */
  count: (passed: number, failed: number) => void;
  /** A figure for the report. */
  figure: (name: string, value: number | readonly number[]) => void;
  /** Called when the run ends, in every case. */
  onEnd: (close: () => void | Promise<void>) => void;
}

/** One part of the run, which can be skipped. */
export interface Stage<Commands extends Record<string, Command> = Record<string, Command>> {
  name: string;
  /** What it shows, for people. */
  title: string;
  /** `gate`: later stages need it. `end`: always runs, except with `--keep`. */
  kind?: "gate" | "end";
  /** Every command that it runs, printed by a dry run. Names in angle brackets are known only at run time. */
  commands: (settings: Settings) => Commands;
  run: (context: Context, commands: Commands) => Promise<void>;
}

/** Keeps a stage's commands and its body of one type. */
export function stage<Commands extends Record<string, Command>>(from: Stage<Commands>): Stage {
  return from as unknown as Stage;
}
