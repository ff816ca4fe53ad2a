import type { Command, Outcome } from "./command.ts";
import type { Settings } from "./settings.ts";

/** What a stage gets to work with. */
export interface Context {
  settings: Settings;
  /** Runs a command. @throws Error with what it printed, where it does not end with code 0 */
  run: (command: Command) => Promise<string>;
  /** The same, whatever the code. */
  attempt: (command: Command) => Promise<Outcome>;
  /** One check: counted, and failed where the body throws. What it answers is printed beside its name. */
  check: (name: string, body: () => Promise<string | void>) => Promise<boolean>;
  /** Counts what another program has counted. */
  count: (passed: number, failed: number) => void;
  /** A figure for the report. */
  figure: (name: string, value: number | readonly number[]) => void;
  /** To be called when the run ends, however it does. */
  onEnd: (close: () => void | Promise<void>) => void;
}

/** One part of the run, by which it can be left out. */
export interface Stage<Commands extends Record<string, Command> = Record<string, Command>> {
  name: string;
  /** What it shows, for people. */
  title: string;
  /** `gate`: without it nothing after it makes sense. `end`: runs whatever happened, but for `--keep`. */
  kind?: "gate" | "end";
  /** Every command that it runs: the dry run prints them. Names in angle brackets are known only then. */
  commands: (settings: Settings) => Commands;
  run: (context: Context, commands: Commands) => Promise<void>;
}

/** Keeps a stage's commands and its body of one type. */
export function stage<Commands extends Record<string, Command>>(from: Stage<Commands>): Stage {
  return from as unknown as Stage;
}
