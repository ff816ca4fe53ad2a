import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { type Answers, fakeSettings, podList, runStage } from "../support/fake.ts";
import { canary } from "./canary.ts";
import { scale } from "./scale.ts";

const { settings, remove } = fakeSettings();
afterAll(remove);

/** A gateway that responds at once, and whose pods count their requests. */
const gateway = vi.hoisted(() => ({ asked: 0, status: 200, failAt: 0 }));
vi.mock("../client.ts", () => ({
  createClient: () => ({
    ask: () => {
      gateway.asked += 1;
      const status = gateway.asked === gateway.failAt ? 503 : gateway.status;
      return Promise.resolve({ status, headers: {}, text: "" });
    },
    close: () => undefined,
  }),
}));
vi.mock("node:timers/promises", () => ({
  setTimeout: () => new Promise((resolve) => void setImmediate(resolve)),
}));
beforeEach(() => Object.assign(gateway, { asked: 0, status: 200, failAt: 0 }));

/** A cluster that sends this percentage of its requests to a canary. */
function cluster(share: number, percent = 20): Answers {
  const traffic = [
    { revisionName: "edge-gists-00001", percent: 100 - percent },
    { revisionName: "edge-gists-00002", percent, tag: "canary" },
  ];
  const count = (part: number) =>
    `http_requests_total{route="/{username}"} ${Math.round((gateway.asked * part) / 100)}\n`;
  return [
    [/terraform/, ""],
    [/ wait /, ""],
    [/latestReadyRevisionName/, "edge-gists-00001"],
    [/status\.traffic/, JSON.stringify(traffic)],
    [/get pods/, podList("edge-gists-00001", "edge-gists-00002")],
    [/exec .*pod-0/, () => count(100 - share)],
    [/exec .*pod-1/, () => count(share)],
  ];
}

test("a canary that gets its share, without a failed request, passes; the revision is named by the apply", async () => {
  const { failed, figures, ran } = await runStage(canary, settings, cluster(20));
  expect(failed).toEqual({});
  expect(figures["share of the canary, percent"]).toBeCloseTo(20, 0);
  const applies = ran.filter((text) => text.includes(" apply "));
  expect(applies.map((text) => text.includes("edge-gists-00001"))).toEqual([true, false, false]);
  // The last apply restores the earlier state: a plan is empty after it.
  expect(applies[2]).toContain(settings.variables["service_values"]);
});

test.each([
  ["gets nothing", cluster(0), "20 % go to the canary"],
  ["gets half", cluster(50), "20 % go to the canary"],
  ["has no part of the traffic", cluster(20, 0), "20 % go to the canary"],
])("a canary that %s is found", async (_what, answers, name) => {
  expect(Object.keys((await runStage(canary, settings, answers)).failed)).toContain(name);
});

test("one failed request among all is found", async () => {
  gateway.failAt = 700;
  const { failed } = await runStage(canary, settings, cluster(20));
  expect(failed["no request failed at all"]).toMatch(/^1 failed:\n.*: 503/);
});

test("to zero and back: pods that go, and a first response that is timed", async () => {
  // A pod stays for two checks after its last request.
  let looks = 0;
  const pods = () => {
    looks += 1;
    return looks % 3 === 0 ? podList() : podList("edge-gists-00001");
  };
  const { failed, figures } = await runStage(scale, settings, [[/get pods/, pods]]);
  expect(failed).toEqual({});
  expect(figures["first answer from zero, ms"]).toHaveLength(3);
});

test("a missing first response is found", async () => {
  gateway.status = 503;
  const { failed } = await runStage(scale, settings, [[/get pods/, podList()]]);
  expect(Object.keys(failed)).toEqual([1, 2, 3].map((cycle) => `back from zero (${cycle} of 3)`));
});
