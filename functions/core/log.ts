import type { Config } from "./config.ts";
import type { Log } from "./ports.ts";

const severity = { debug: 10, info: 20, warn: 30, error: 40, silent: 100 } as const;

/** A log of one JSON object a line. JSON escapes control characters, so that no value can forge a line. */
export function createLog(level: Config["LOG_LEVEL"], write: (line: string) => void, now: () => number): Log {
  return function log(at, msg, fields) {
    if (severity[at] < severity[level]) return;
    write(JSON.stringify({ time: new Date(now()).toISOString(), level: at, msg, ...fields }));
  };
}
