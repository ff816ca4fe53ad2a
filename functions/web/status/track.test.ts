import { expect, test } from "vitest";
import type { Figures } from "./fleet.ts";
import { formatRate, formatSeconds, panels } from "./panels.ts";
import { createTrack, shown } from "./track.ts";

const figures = (requests: number): Figures => ({
  processes: 1,
  counted: 1,
  requests,
  inFlight: 0,
  connections: 0,
  entries: 0,
  bytes: 0,
  circuitOpen: 0,
});

test("each time has a value for every line", () => {
  const { track, add } = createTrack();
  add(100, figures(5));
  add(102, figures(7));
  expect(track.times).toEqual([100, 102]);
  expect(track.values.flat().every((column) => column.length === 2)).toBe(true);
  expect(track.values[0]?.[0]).toEqual([5, 7]);
  expect(track.values[1]?.[0], "an unknown percentile").toEqual([null, null]);
});

test("a failed poll is a gap", () => {
  const { track, add } = createTrack();
  add(100, figures(5));
  add(102, undefined);
  add(104, figures(6));
  expect(track.values[0]?.[0]).toEqual([5, null, 6]);
});

test("no line is drawn over the time in which the tab was hidden", () => {
  const { track, add } = createTrack();
  add(100, figures(5));
  add(400, figures(6));
  expect(track.times).toEqual([100, 106, 400]);
  expect(track.values[0]?.[0]).toEqual([5, null, 6]);
});

test("what is older than the charts is dropped", () => {
  const { track, add } = createTrack();
  for (let time = 0; time <= 2 * shown; time += 2) add(time, figures(time));
  expect(track.times[0]).toBe(shown);
  expect(track.values[0]?.[0]).toHaveLength(track.times.length);
});

test("the table has the latest value, and the ends of the range", () => {
  const { add, extent } = createTrack();
  expect(extent(0, 0)).toEqual({ now: null, low: null, high: null });
  for (const [time, requests] of [5, 2, 9].entries()) add(100 + time, figures(requests));
  expect(extent(0, 0)).toEqual({ now: 9, low: 2, high: 9 });
  add(103, undefined);
  expect(extent(0, 0)).toEqual({ now: null, low: 2, high: 9 });
});

test("lines of a panel differ without colours", () => {
  for (const { title, lines } of panels)
    expect(new Set(lines.map(({ dash }) => String(dash))).size, title).toBe(lines.length);
});

test.each([
  [0, "0"],
  [0.049, "0.05"],
  [7.46, "7.5"],
  [1234.4, "1,234"],
])("%f a second is shown as %s", (rate, text) => expect(formatRate(rate)).toBe(text));

test("a percentile past the last bucket is no number", () => {
  expect([formatSeconds(0.0023), formatSeconds(0.25), formatSeconds(10)]).toEqual(["2.3 ms", "250 ms", "over 10 s"]);
});
