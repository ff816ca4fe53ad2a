import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { type Started, start, terminalEnvironment } from "./npm.ts";

/** A reader's terminal: a folder that `cd` changes, and commands that keep running. */
export interface Terminal {
  cwd: () => string;
  /** Runs commands to their end. @returns their output @throws Error with it, if one fails that should not */
  run: (commands: string) => Promise<string>;
  /** Starts a command that keeps running. */
  begin: (command: string) => void;
  /** Waits until the command that was begun last has printed that, after all that was waited for before. */
  awaitOutput: (pattern: RegExp) => Promise<void>;
  /** Ctrl+C in all that keeps running. */
  close: () => Promise<void>;
  /** Ends all that keeps running. */
  kill: () => void;
}

/** Commands as a shell runs them that ends at the first failure. The folder that it ends in goes to a descriptor. */
const toScript = (commands: string) =>
  `set -euo pipefail\n${commands.replaceAll(/^(.*\S) # fails$/gm, "! { $1; } || exit 99")}\npwd >&3\n`;

/** @param settings on top of the environment of a fresh terminal */
export function openTerminal(folder: string, settings: Record<string, string>): Terminal {
  let cwd = folder;
  let seen = 0;
  const running: Started[] = [];

  async function run(commands: string): Promise<string> {
    const child = spawn("bash", ["-c", toScript(commands)], {
      cwd,
      env: { ...terminalEnvironment(), ...settings },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    let printed = "";
    let last = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.stdio[3]!.on("data", (text: Buffer) => (last += String(text)));
    const [code] = await once(child, "close");
    const output = stripVTControlCharacters(printed).replaceAll("\r", "");
    if (code !== 0) throw new Error(`exit code ${code} of\n${commands}\n${output}`);
    cwd = last.trim();
    return output;
  }

  async function awaitOutput(pattern: RegExp) {
    const started = running.at(-1);
    if (!started) throw new Error("nothing keeps running");
    for (const deadline = Date.now() + 180_000; ; await sleep(200)) {
      const output = stripVTControlCharacters(started.said());
      const found = pattern.exec(output.slice(seen));
      if (found) {
        seen += found.index + found[0].length;
        return;
      }
      if (started.child.exitCode !== null || Date.now() > deadline)
        throw new Error(`this is not in the output: ${pattern}\n${output.slice(seen)}`);
    }
  }

  return {
    cwd: () => cwd,
    run,
    begin(command) {
      running.push(start(["bash", "-c", `exec ${command}`], cwd, settings));
      seen = 0;
    },
    awaitOutput,
    async close() {
      for (const started of running.splice(0)) await started.interrupt();
    },
    kill() {
      for (const started of running) started.kill();
    },
  };
}
