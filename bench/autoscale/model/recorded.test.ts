import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Fixture, recordedLoads, toFixture } from "./recorded-loads.ts";

const folder = new URL("../../../test/platform/autoscaler/fixtures/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Fixture;

test.each(recordedLoads)("$name: decides in every second as Knative's autoscaler did", (each) => {
  const recorded = read(each.name);
  const simulated = toFixture(each);
  // The pods follow the decisions, so that equal inputs already mean equal decisions before.
  expect(simulated.input).toEqual(recorded.input);
  const differing = simulated.decisions.flatMap((decision, second) =>
    String(decision) === String(recorded.decisions[second])
      ? []
      : [{ second, decision, real: recorded.decisions[second] }],
  );
  expect(differing).toEqual([]);
  expect(simulated.decisions).toHaveLength(recorded.decisions.length);
});

test("the recordings have every kind of decision", () => {
  const all = recordedLoads.map(({ name }) => read(name).decisions);
  const has = (is: (decision: number[]) => boolean) => all.filter((decisions) => decisions.some(is)).length;
  const isAtZero = ([, , replicas]: number[]) => replicas === 0;
  const isInPanic = ([, , , , , panic]: number[]) => panic === 1;
  expect(has(isAtZero)).toBeGreaterThan(5);
  expect(has(isInPanic)).toBe(recordedLoads.length);
  // The activator is in the path, and is not.
  for (const proxied of [0, 1]) expect(has((decision) => decision[3] === proxied)).toBeGreaterThan(5);
  expect(readdirSync(folder).toSorted()).toEqual(recordedLoads.map(({ name }) => `${name}.json`).toSorted());
});
