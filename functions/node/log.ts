import { pino, type DestinationStream, type Logger } from "pino";
import type { Config } from "../core/config.ts";
import type { Log } from "../core/ports.ts";

/** Longest wait for whoever reads the log, when the process ends, in milliseconds. */
const flushGrace = 1000;

/** The log by pino, written behind: one JSON object a line with the same fields as the Worker's. */
export interface NodeLog {
  log: Log;
  /** Ends the process once all is written. */
  exit: (code: number) => void;
}

/** A log on standard output. */
export function createNodeLog(level: Config["LOG_LEVEL"]): NodeLog {
  const destination = pino.destination({ dest: 1, sync: false });
  // Whoever read the log may go away: the service goes on without it, and ends when it is told to.
  let isRead = true;
  destination.on("error", () => (isRead = false));
  const logger = createLogger(level, destination);
  return {
    log: (at, message, fields) => logger[at](fields ?? {}, message),
    exit(code) {
      if (!isRead) process.exit(code);
      // A reader that holds the pipe and reads nothing holds the write too, and an orderly exit would wait for ever.
      setTimeout(() => process.kill(process.pid, "SIGKILL"), flushGrace);
      destination.once("close", () => process.exit(code));
      destination.once("error", () => process.exit(code));
      destination.end();
    },
  };
}

/** The log's lines, written to any stream. */
export function createLogger(level: Config["LOG_LEVEL"], destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
