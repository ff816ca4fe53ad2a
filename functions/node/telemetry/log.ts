import { SonicBoom } from "sonic-boom";
import type { Config } from "../../core/config/config.ts";
import { createLog } from "../../core/telemetry/log.ts";
import type { Log } from "../../core/ports.ts";

/** Longest wait of a line for others to be written with, in ms: each write wakes a thread and costs more than the line. */
const gathering = 10;

/** Most that waits for a reader that does not read, in bytes: beyond it lines are lost, and memory is not. */
const maxUnread = 8 * 1024 * 1024;

/** Longest wait for whoever reads the log, when the process ends, in milliseconds. */
const flushGrace = 1000;

/** The log, written behind: one JSON object a line. */
export interface NodeLog {
  log: Log;
  /** Ends the process once all is written. */
  exit: (code: number) => void;
}

/**
 * A log on standard output.
 * @param onLost told how many lines nobody read in time
 */
export function createNodeLog(level: Config["LOG_LEVEL"], onLost: (count: number) => void): NodeLog {
  const destination = new SonicBoom({ fd: 1, maxLength: maxUnread });
  // Whoever read the log may go away: the service goes on without it, and ends when it is told to.
  let isRead = true;
  destination.on("error", () => (isRead = false));
  destination.on("drop", (lost: string) => onLost(countLines(lost)));
  let ended = false;
  let lines = "";

  function handOn(): void {
    const handed = lines;
    lines = "";
    if (handed === "" || ended) return;
    if (isRead) destination.write(handed);
    else onLost(countLines(handed));
  }

  function write(line: string): void {
    if (lines === "") setTimeout(handOn, gathering);
    lines += `${line}\n`;
  }

  process.once("exit", () => {
    handOn();
    if (isRead && !ended) destination.flushSync();
  });

  return {
    log: createLog(level, write, Date.now),
    exit(code) {
      if (!isRead) process.exit(code);
      handOn();
      ended = true;
      // A reader that holds the pipe and reads nothing holds the write too, and an orderly exit would wait for ever.
      setTimeout(() => process.kill(process.pid, "SIGKILL"), flushGrace);
      destination.once("close", () => process.exit(code));
      destination.once("error", () => process.exit(code));
      destination.end();
    },
  };
}

/** Each line ends with its line feed. */
function countLines(text: string): number {
  return text.split("\n").length - 1;
}
