import { SonicBoom } from "sonic-boom";
import type { Config } from "../../core/config/config.ts";
import { createLog } from "../../core/telemetry/log.ts";
import type { Log } from "../../core/ports.ts";

/** Maximum time in which a line waits for others, in ms: each write wakes a thread and costs more than the line. */
const gathering = 10;

/**
 * Maximum number of bytes that wait for a reader that does not read. Further lines are dropped, so that memory stays
 * bounded.
 */
const maxUnread = 8 * 1024 * 1024;

/** How long the end of the process waits for the reader of the log, in milliseconds. */
const flushGrace = 1000;

/** The log, written asynchronously: one JSON object a line. */
export interface NodeLog {
  log: Log;
  /** Ends the process once all lines are written. */
  exit: (code: number) => void;
}

/**
 * A log on standard output.
 * @param onLost called with the number of lines that were dropped
 */
export function createNodeLog(level: Config["LOG_LEVEL"], onLost: (count: number) => void): NodeLog {
  const destination = new SonicBoom({ fd: 1, maxLength: maxUnread });
  // The reader of the log may go away: the service continues without it, and ends at a signal as usual.
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
      // A reader that holds the pipe and reads nothing blocks the write too, and an orderly exit would wait for ever.
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
