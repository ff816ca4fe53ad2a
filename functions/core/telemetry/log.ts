import type { Config } from "../config/config.ts";
import type { Log } from "../ports.ts";

const severity = { debug: 10, info: 20, warn: 30, error: 40, silent: 100 } as const;

/** A log of one JSON object a line. JSON escapes control characters, so that no value can forge a line. */
export function createLog(level: Config["LOG_LEVEL"], write: (line: string) => void, now: () => number): Log {
  // Created once for all lines of a millisecond.
  let time = "";
  let of = Number.NaN;
  return function log(at, msg, fields) {
    if (severity[at] < severity[level]) return;
    const read = now();
    if (read !== of) time = new Date(read).toISOString();
    of = read;
    write(JSON.stringify({ time, level: at, msg, ...fields }));
  };
}
