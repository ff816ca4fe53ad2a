import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { type Answers, fakeSettings, podList, runStage } from "../support/fake.ts";
import { drain } from "./drain.ts";

const { settings, remove } = fakeSettings();
afterAll(remove);

/** A gateway with these responses: to the slow request, and to all others. */
const gateway = vi.hoisted(() => ({ slow: 200, others: 200 }));
vi.mock("../client.ts", () => ({
  createClient: () => ({
    ask: (path: string) =>
      Promise.resolve({ status: path.startsWith("/octocat") ? gateway.slow : gateway.others, headers: {}, text: "" }),
    close: () => undefined,
  }),
}));
vi.mock("../port-forward.ts", () => ({
  forward: () => Promise.resolve({ url: "http://stand-in", stop: () => undefined }),
}));
vi.mock("node:timers/promises", () => ({
  setTimeout: () => new Promise((resolve) => void setImmediate(resolve)),
}));
const control = vi.fn((_url: string, _init: RequestInit) => Promise.resolve(new Response("{}")));
beforeEach(() => {
  Object.assign(gateway, { slow: 200, others: 200 });
  control.mockClear();
  vi.stubGlobal("fetch", control);
});

const cluster: Answers = [
  [/get pods/, podList("edge-gists-00001")],
  [/delete pod .*pod-0/, ""],
];

test("a pod that ends during a response, without a failed request, passes; the stand-in is restored", async () => {
  const { failed, ran } = await runStage(drain, settings, cluster);
  expect(failed).toEqual({});
  expect(ran.filter((text) => text.includes("delete pod"))).toHaveLength(1);
  expect(control.mock.calls.map(([, { method }]) => method)).toEqual(["POST", "DELETE"]);
});

test.each<[string, Partial<typeof gateway>, string]>([
  ["what it was answering is cut", { slow: 503 }, "what it was answering is answered"],
  ["another is refused", { others: 503 }, "no other request fails meanwhile"],
])("it is found if %s", async (_what, answers, name) => {
  Object.assign(gateway, answers);
  const { failed } = await runStage(drain, settings, cluster);
  expect(Object.keys(failed)).toEqual([name]);
});
