import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { whatIf } from "../what-if.mjs";
import { environments, readDeployed } from "./manifests.ts";
import { readLoad, toLabel } from "./load.ts";
import { toSeconds, toSettings } from "./settings.ts";

const of = (annotations: Record<string, string>, config: Record<string, string> = {}, containerConcurrency = 0) =>
  toSettings({
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [`autoscaling.knative.dev/${name}`, value]),
    ),
    config,
    containerConcurrency,
  });

test("without any setting they are Knative's defaults", () => {
  expect(of({})).toMatchObject({
    metric: "concurrency",
    target: 70,
    total: 100,
    window: 60,
    panicWindow: 6,
    panicThreshold: 2,
    maxScaleUpRate: 1000,
    maxScaleDownRate: 2,
    gracePeriod: 30,
    targetBurstCapacity: 211,
    initialScale: 1,
    maxScale: 0,
  });
  expect(of({ metric: "rps" })).toMatchObject({ target: 140, total: 200 });
});

test("an annotation overrides the configuration", () => {
  const config = { "stable-window": "30s", "min-scale": "2", "max-scale": "9", "panic-window-percentage": "50" };
  expect(of({}, config)).toMatchObject({ window: 30, panicWindow: 15, minScale: 2, maxScale: 9 });
  expect(of({ window: "1m30s", "min-scale": "0" }, config)).toMatchObject({ window: 90, panicWindow: 45, minScale: 0 });
});

test("the target is no more than a pod may have at once", () => {
  expect(of({ target: "100" }, {}, 25)).toMatchObject({ total: 25, target: 17.5 });
  expect(of({ target: "10" }, {}, 25)).toMatchObject({ total: 10, target: 7 });
  expect(of({ target: "100", metric: "rps" }, {}, 25)).toMatchObject({ total: 100, target: 70 });
});

test.each(environments)("the charts of %s have settings that can be simulated", (environment) => {
  const deployed = readDeployed(environment);
  const { target, window, maxScale, minScale } = toSettings(deployed);
  expect(deployed.cpuRequest).toBeGreaterThan(0);
  for (const value of [target, window, maxScale]) expect(value).toBeGreaterThan(0);
  expect(minScale).toBeLessThanOrEqual(maxScale);
});

test("durations are Go's", () => {
  expect([toSeconds("1m30s"), toSeconds("0s"), toSeconds("500ms"), toSeconds("2h")]).toEqual([90, 0, 0.5, 7200]);
  for (const text of ["", "60", "1 minute", "s"]) expect(() => toSeconds(text)).toThrow("a duration");
});

test("steps are connections or requests a second, and seconds", () => {
  expect(readLoad("0:10, 50/s:30,10-300:60")).toEqual([
    { kind: "connections", from: 0, to: 0, seconds: 10 },
    { kind: "rate", from: 50, to: 50, seconds: 30 },
    { kind: "connections", from: 10, to: 300, seconds: 60 },
  ]);
  expect(readLoad("20:30,50/s:30,10-300:60").map(toLabel)).toEqual(["20 conn.", "50/s", "10 to 300 conn."]);
});

test.each(["", "50", "50:0", "a:1", "-1:5", "5/m:3"])("the step %j is refused", (text) => {
  expect(() => readLoad(text)).toThrow("--load");
});

test("the simulated cold start is the one that docs/platform.md measured", () => {
  const page = readFileSync(new URL("../../../docs/platform.md", import.meta.url), "utf8");
  const [, ...measured] = /([\d.]+), ([\d.]+) and ([\d.]+) s with a native sidecar/.exec(page) ?? [];
  const middle = measured.map(Number).toSorted((a, b) => a - b)[1];
  expect(middle).toBeGreaterThan(1);
  expect(whatIf.options["cold-start"].default).toBe(String(middle));
});
