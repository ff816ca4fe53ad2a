import { pino } from "pino";
import type { Config } from "../core/config.ts";
import type { Log } from "../core/ports.ts";

/**
 * The log by pino, written behind: one JSON object a line with the same fields as the Worker's.
 * `flush` writes what is left before the process ends.
 */
export function createNodeLog(level: Config["LOG_LEVEL"]): { log: Log; flush: () => void } {
  const destination = pino.destination({ dest: 1, sync: false });
  const logger = pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    log: (at, message, fields) => logger[at](fields ?? {}, message),
    flush: () => destination.flushSync(),
  };
}
