import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDecider, tickSeconds } from "./decide.ts";
import { createKpa } from "./kpa.ts";
import type { Step } from "./load.ts";
import { type Settings, toSettings } from "./settings.ts";
import { simulate } from "./simulate.ts";
import { createAverageWindow, createMaximumWindow } from "./windows.ts";

const usual = toSettings({ annotations: {}, config: {}, containerConcurrency: 0 });
const world = { coldStart: 3.9, stop: 5, perSecond: 2000, serviceTime: 0.1, cpuRequest: 0.1 };

const someSettings: fc.Arbitrary<Settings> = fc
  .record({
    metric: fc.constantFrom("concurrency", "rps"),
    total: fc.integer({ min: 1, max: 300 }),
    utilization: fc.integer({ min: 1, max: 100 }),
    minScale: fc.integer({ min: 0, max: 4 }),
    more: fc.integer({ min: 1, max: 20 }),
    window: fc.integer({ min: 6, max: 120 }),
    targetBurstCapacity: fc.constantFrom(-1, 0, 50, 211),
    activationScale: fc.constantFrom(0, 2),
    scaleDownDelay: fc.constantFrom(0, 30),
    podRetention: fc.constantFrom(0, 45),
    maxScaleUpRate: fc.constantFrom(1.5, 10, 1000),
  })
  .map(({ utilization, more, ...rest }) => ({
    ...usual,
    ...rest,
    target: (rest.total * utilization) / 100,
    maxScale: rest.minScale + more,
    panicWindow: Math.max(1, Math.round(rest.window / 10)),
  }));

const someLoad: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("connections" as const, "rate" as const),
    from: fc.integer({ min: 0, max: 800 }),
    to: fc.integer({ min: 0, max: 800 }),
    seconds: fc.integer({ min: 1, max: 90 }),
  }),
  { minLength: 1, maxLength: 4 },
);

describe("a simulation", () => {
  test("never has more pods than the maximum, nor wants fewer than the minimum", () => {
    fc.assert(
      fc.property(someSettings, someLoad, (settings, load) => {
        const { samples } = simulate(settings, load, world);
        for (const { pods } of samples) {
          expect(pods.wanted).toBeLessThanOrEqual(settings.maxScale);
          expect(pods.wanted).toBeGreaterThanOrEqual(settings.minScale);
          expect(pods.ready + pods.starting).toBe(pods.wanted);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("ends at the minimum after the load, and brings a pod back for a request", () => {
    fc.assert(
      fc.property(someSettings, someLoad, (settings, load) => {
        // A decision at most halves the pods, and each halving waits for the delay.
        const halvings = 1 + Math.ceil(Math.log2(settings.maxScale));
        const idle =
          2 * settings.window +
          halvings * (settings.scaleDownDelay + tickSeconds) +
          2 * (settings.gracePeriod + settings.podRetention);
        const after: Step[] = [
          { kind: "connections", from: 0, to: 0, seconds: idle + 20 },
          { kind: "connections", from: 1, to: 1, seconds: 10 },
        ];
        const { samples } = simulate(settings, [...load, ...after], world);
        expect(samples.at(-11)?.pods.wanted).toBe(settings.minScale);
        expect(samples.at(-1)?.pods.ready).toBeGreaterThan(0);
        expect(samples.at(-1)?.requests).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  test("removes the activator only with spare capacity, and never with a target burst capacity of -1", () => {
    fc.assert(
      fc.property(someSettings, someLoad, (settings, load) => {
        for (const { decided } of simulate(settings, load, world).exchanges) {
          if (!decided.isProxied) expect(decided.excessBurstCapacity).toBeGreaterThanOrEqual(0);
          if (decided.replicas === 0 || settings.targetBurstCapacity === -1) expect(decided.isProxied).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("a decision", () => {
  const observed = fc.record({
    readyPods: fc.integer({ min: 0, max: 30 }),
    stable: fc.double({ min: 0, max: 5000, noNaN: true }),
    panic: fc.double({ min: 0, max: 5000, noNaN: true }),
  });

  test("asks for no fewer pods for a higher load", () => {
    fc.assert(
      fc.property(someSettings, observed, fc.double({ min: 0, max: 1000, noNaN: true }), (settings, less, more) => {
        const higher = { ...less, stable: less.stable + more, panic: less.panic + more };
        const pods = (of: typeof less) => createDecider(settings).decide(2.5, of).desired;
        expect(pods(higher)).toBeGreaterThanOrEqual(pods(less));
      }),
    );
  });

  test("never asks for fewer pods in panic mode", () => {
    fc.assert(
      fc.property(someSettings, fc.array(observed, { minLength: 2, maxLength: 40 }), (settings, all) => {
        const decider = createDecider({ ...settings, scaleDownDelay: 0 });
        let before = 0;
        for (const [index, one] of all.entries()) {
          const wasPanicking = decider.isPanicking();
          const { desired } = decider.decide(2 * index + 2.5, one);
          if (wasPanicking && decider.isPanicking()) expect(desired).toBeGreaterThanOrEqual(before);
          before = desired;
        }
      }),
    );
  });

  test("keeps to the rates", () => {
    fc.assert(
      fc.property(someSettings, observed, (settings, one) => {
        const { desired } = createDecider({ ...settings, activationScale: 0 }).decide(2.5, one);
        const ready = Math.max(1, one.readyPods);
        expect(desired).toBeLessThanOrEqual(Math.ceil(settings.maxScaleUpRate * ready));
        expect(desired).toBeGreaterThanOrEqual(Math.floor(ready / settings.maxScaleDownRate));
      }),
    );
  });
});

describe("windows", () => {
  const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 100 });

  test("the average is that of the last seconds", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 40 }), (all, seconds) => {
        const window = createAverageWindow(seconds);
        for (const [second, value] of all.entries()) window.record(second, value);
        const last = all.slice(-seconds);
        const mean = last.reduce((sum, value) => sum + value, 0) / last.length;
        expect(window.average(all.length - 1)).toBeCloseTo(mean, 5);
      }),
    );
  });

  test("a window without a value is empty, and one value is its own average", () => {
    const window = createAverageWindow(10);
    expect(window.isEmpty(0)).toBe(true);
    window.record(5, 70);
    expect([window.average(5), window.average(14), window.average(15)]).toEqual([70, 70, 0]);
    expect([window.isEmpty(15), window.isEmpty(16)]).toEqual([false, true]);
  });

  test("the maximum is that of the last parts of the time", () => {
    const window = createMaximumWindow(6, 2);
    expect([1, 9, 2, 3, 4].map((value, index) => window.record(2 * index, value))).toEqual([1, 9, 9, 9, 4]);
  });
});

test("the first report of a request does not wait for the next tick", () => {
  const kpa = createKpa(usual);
  const idle = { concurrency: 0, requests: 0, readyPods: 1 };
  for (let second = 0; second < 200; second += 1) kpa.step(idle);
  const gone = { concurrency: undefined, requests: 0, readyPods: 0 };
  expect(kpa.step(gone)).toMatchObject({ replicas: 0, state: "inactive" });
  // Second 202 has a tick, 203 has none.
  kpa.step(gone);
  expect(kpa.step({ concurrency: 1, requests: 1, readyPods: 0 })).toMatchObject({ replicas: 1, isProxied: true });
});
