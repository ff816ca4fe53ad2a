import { describe, expect, test } from "vitest";
import { createFleet, seenFor } from "./fleet.ts";
import type { Quota, Reading } from "./reading.ts";

function toReading(process: string, counts: Record<string, number>, more: Partial<Reading> = {}): Reading {
  return { process, counts: new Map(Object.entries(counts)), gauges: new Map(), quotas: new Map(), ...more };
}

/** A fleet with readings of one process at these times, in seconds. */
function withReadings(...readings: [seconds: number, counts: Record<string, number>][]) {
  const fleet = createFleet();
  for (const [seconds, counts] of readings) fleet.add(toReading("a", counts), seconds * 1000);
  const last = readings.at(-1)?.[0] ?? 0;
  return { ...fleet, now: () => fleet.figures(last * 1000) };
}

describe("one process", () => {
  test("has no rate after one reading", () => {
    const figures = withReadings([0, { requests: 5000 }]).now();
    expect(figures).toMatchObject({ processes: 1, counted: 0 });
    expect(figures).not.toHaveProperty("requests");
  });

  test("has rates of the time between readings", () => {
    const { now } = withReadings(
      [0, { requests: 100, failed: 0, hits: 80, misses: 20, calls: 20 }],
      [2, { requests: 200, failed: 4, hits: 155, misses: 45, calls: 24 }],
    );
    expect(now()).toMatchObject({ requests: 50, failed: 2, hitShare: 0.75, calls: 2, counted: 1 });
  });

  test("a series that appears began at zero", () => {
    expect(withReadings([0, { requests: 1 }], [2, { requests: 9, failed: 6 }]).now().failed).toBe(3);
  });

  test("rates are those of about ten seconds", () => {
    const at = (seconds: number, requests: number): [number, { requests: number }] => [seconds, { requests }];
    const busyThenIdle = [at(0, 0), at(2, 1000), at(4, 1000), at(6, 1000), at(8, 1000), at(10, 1000)];
    expect(withReadings(...busyThenIdle).now().requests).toBe(100);
    expect(withReadings(...busyThenIdle, at(12, 1000)).now().requests).toBe(0);
  });

  test("a poll that was missed makes the time longer, not the rate higher", () => {
    expect(withReadings([0, { requests: 0 }], [8, { requests: 80 }]).now().requests).toBe(10);
  });

  test("after a long pause rates begin anew: they are not an average of the pause", () => {
    const { now } = withReadings([0, { requests: 0 }], [2, { requests: 20 }], [600, { requests: 90_000 }]);
    expect(now()).toMatchObject({ processes: 1, counted: 0 });
  });

  test("a restart is no negative rate, and none from zero", () => {
    const restart: [number, Record<string, number>][] = [
      [0, { requests: 5000, hits: 100 }],
      [2, { requests: 5100, hits: 150 }],
      [4, { requests: 40, hits: 10 }],
    ];
    expect(withReadings(...restart).now()).toMatchObject({ counted: 0 });
    expect(withReadings(...restart, [6, { requests: 60, hits: 20 }]).now()).toMatchObject({ requests: 10, counted: 1 });
  });

  test("a restart is found by any counter", () => {
    expect(withReadings([0, { requests: 10, calls: 9 }], [2, { requests: 20, calls: 1 }]).now().counted).toBe(0);
    expect(withReadings([0, { requests: 10, calls: 9 }], [2, { requests: 20 }]).now().counted).toBe(0);
  });

  test("without requests there is neither a share nor a percentile", () => {
    const idle = { requests: 9, hits: 5, misses: 4, "le 0.1": 9, "le +Inf": 9 };
    const figures = withReadings([0, idle], [2, idle]).now();
    expect(figures.requests).toBe(0);
    for (const name of ["hitShare", "p50", "p95", "p99"]) expect(figures).not.toHaveProperty(name);
  });

  test("percentiles are those of the requests between readings", () => {
    const { now } = withReadings(
      [0, { "le 0.1": 0, "le 1": 900, "le +Inf": 900 }],
      [2, { "le 0.1": 100, "le 1": 1000, "le +Inf": 1000 }],
    );
    expect(now().p50).toBeCloseTo(0.05, 12);
    expect(now().p99).toBeCloseTo(0.099, 12);
  });
});

describe("several processes behind one address", () => {
  test("rates are taken in each, and added: a jump between their counters is none", () => {
    const fleet = createFleet();
    const [a, b] = [(n: number) => ({ requests: 1_000_000 + n }), (n: number) => ({ requests: n })];
    fleet.add(toReading("a", a(0)), 0);
    fleet.add(toReading("b", b(0)), 2000);
    fleet.add(toReading("a", a(40)), 4000);
    expect(fleet.figures(4000)).toMatchObject({ processes: 2, counted: 1, requests: 10 });
    fleet.add(toReading("b", b(20)), 6000);
    expect(fleet.figures(6000)).toMatchObject({ processes: 2, counted: 2, requests: 15 });
  });

  test("latencies of all of them are in the percentiles", () => {
    const fleet = createFleet();
    for (const process of ["a", "b"]) fleet.add(toReading(process, { "le 0.1": 0, "le 1": 0, "le +Inf": 0 }), 0);
    fleet.add(toReading("a", { "le 0.1": 100, "le 1": 100, "le +Inf": 100 }), 2000);
    fleet.add(toReading("b", { "le 0.1": 0, "le 1": 100, "le +Inf": 100 }), 2000);
    expect(fleet.figures(2000).p50).toBeCloseTo(0.1, 12);
    expect(fleet.figures(2000).p95).toBeCloseTo(0.91, 12);
  });

  test("one that is not seen any more is left out, and is new when it comes back", () => {
    const fleet = createFleet();
    fleet.add(toReading("a", { requests: 0 }), 0);
    fleet.add(toReading("a", { requests: 20 }), 2000);
    fleet.add(toReading("b", { requests: 0 }), 2000 + seenFor);
    expect(fleet.figures(2000 + seenFor)).toMatchObject({ processes: 2, counted: 0 });
    expect(fleet.figures(2001 + seenFor)).toMatchObject({ processes: 1, counted: 0 });
    fleet.add(toReading("a", { requests: 9000 }), 3000 + seenFor);
    expect(fleet.figures(3000 + seenFor)).toMatchObject({ processes: 2, counted: 0 });
  });

  test.each([0, 2, 12])("after a restart of %i seconds the same rate is shown, and the same connections", (down) => {
    const fleet = createFleet();
    const more = { gauges: new Map([["connections", 7]]) };
    const startedAt = 20_000 + down * 1000;
    for (let at = 0; at <= 80_000; at += 2000) {
      if (at > 20_000 && at <= startedAt) continue;
      const [process, since] = at <= 20_000 ? ["a", 0] : ["b", startedAt];
      fleet.add(toReading(process, { requests: (20 * (at - since)) / 1000 }, more), at);
      const { requests = 20, connections } = fleet.figures(at);
      expect(requests, `at ${at}`).toBeCloseTo(20, 9);
      if (at > startedAt + 2000) expect(connections, `at ${at}`).toBe(7);
    }
  });

  test("one of many that respond by turns is added between its turns", () => {
    const fleet = createFleet();
    for (let n = 0; n < 40; n += 1) {
      fleet.add(toReading(String(n % 10), { requests: 2 * n }), n * 2000);
      if (n >= 19) expect(fleet.figures(n * 2000)).toMatchObject({ processes: 10, counted: 10 });
    }
    expect(fleet.figures(78_000).requests).toBeCloseTo(10, 9);
  });

  test("gauges are added, and the request for the figures is not one in progress", () => {
    const fleet = createFleet();
    const more = { gauges: new Map(Object.entries({ inFlight: 3, entries: 10, circuitOpen: 1 })) };
    fleet.add(toReading("a", {}, more), 0);
    fleet.add(toReading("b", {}, { gauges: new Map([["entries", 5]]) }), 0);
    expect(fleet.figures(0)).toMatchObject({ inFlight: 2, entries: 15, circuitOpen: 1, connections: 0 });
  });

  test("a token that all of them use counts once, with the least that one of them knows", () => {
    const fleet = createFleet();
    const quotas = (...all: [string, Quota][]) => ({ quotas: new Map(all) });
    const used = { limit: 5000, remaining: 1200, reset: 700 };
    fleet.add(toReading("a", {}, quotas(["0", used], ["1", { limit: 5000, remaining: 4000, reset: 900 }])), 0);
    // One that has not called GitHub yet knows of no call.
    fleet.add(toReading("b", {}, quotas(["0", { limit: 5000, remaining: 5000, reset: 3600 }])), 0);
    expect(fleet.figures(0).quota).toEqual({ limit: 10_000, remaining: 5200, reset: 700 });
  });
});
