import type { Figures } from "./fleet.ts";
import { interval } from "./poll.ts";
import { panels, type Value } from "./panels.ts";

/** Time that the charts show, in seconds. */
export const shown = 600;

/** A longer time without figures is a gap in the lines, in seconds. */
const gap = (3 * interval) / 1000;

/** The values of every line of every panel over time. */
export interface Track {
  /** Seconds since the Unix epoch, rising. */
  times: number[];
  /** By panel, then by line; as long as `times`. */
  values: Value[][][];
}

/** Of one line, in the time that the charts show. */
export interface Extent {
  now: Value;
  low: Value;
  high: Value;
}

export function createTrack() {
  const track: Track = { times: [], values: panels.map(({ lines }) => lines.map(() => [])) };

  function push(time: number, figures: Figures | undefined): void {
    track.times.push(time);
    for (const [p, { lines }] of panels.entries())
      for (const [l, { read }] of lines.entries()) track.values[p]?.[l]?.push((figures && read(figures)) ?? null);
  }

  /**
   * @param time seconds since the Unix epoch, later than the last
   * @param figures undefined if there are none: the lines have a gap there
   */
  function add(time: number, figures: Figures | undefined): void {
    const last = track.times.at(-1);
    if (last !== undefined && time - last > gap) push(last + gap, undefined);
    push(time, figures);
    const from = Math.max(
      track.times.findIndex((one) => one >= time - shown),
      0,
    );
    for (const column of [track.times, ...track.values.flat()]) column.splice(0, from);
  }

  function extent(panel: number, line: number): Extent {
    const values = track.values[panel]?.[line] ?? [];
    const known = values.filter((value) => value !== null);
    return {
      now: values.at(-1) ?? null,
      low: known.length > 0 ? Math.min(...known) : null,
      high: known.length > 0 ? Math.max(...known) : null,
    };
  }

  return { track, add, extent };
}
