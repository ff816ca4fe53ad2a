/** A part of a load. From `from` to `to` it grows evenly; mostly they are equal. */
export interface Step {
  /** Connections, each of which sends a request as soon as it has a response; or requests a second. */
  kind: "connections" | "rate";
  from: number;
  to: number;
  seconds: number;
}

/** Connections, or requests a second. */
const mostAtOnce = 10_000;
/** Four hours. */
const mostSeconds = 14_400;

/**
 * Reads steps with commas between: `20:30` are 20 connections for 30 s, `50/s:30` are 50 requests a second, and
 * `10-300:60` grows.
 * @throws {Error} for any other text, and for more than a simulation or one machine can do
 */
export function readLoad(text: string): Step[] {
  const load = text.split(",").map((part): Step => {
    const [, from, to, rate, seconds] = /^(\d+)(?:-(\d+))?(\/s)?:(\d+)$/.exec(part.trim()) ?? [];
    if (!(Number(seconds) > 0)) throw new Error(`--load: connections:seconds, with commas between, not "${part}"`);
    if (Math.max(Number(from), Number(to ?? from)) > mostAtOnce)
      throw new Error(`--load: at most ${mostAtOnce} connections or requests a second, not "${part}"`);
    return {
      kind: rate ? "rate" : "connections",
      from: Number(from),
      to: Number(to ?? from),
      seconds: Number(seconds),
    };
  });
  const total = load.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total > mostSeconds) throw new Error(`--load: at most ${mostSeconds} seconds together, not ${total}`);
  return load;
}

/** A step in words: of an axis. */
export function toLabel({ kind, from, to }: Step): string {
  const range = from === to ? String(from) : `${from} to ${to}`;
  return kind === "rate" ? `${range}/s` : `${range} conn.`;
}
