import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { type Answers, fakeSettings, runStage } from "../support/fake.ts";
import { nodes } from "./nodes.ts";

const { settings: laptop, remove } = fakeSettings();
afterAll(remove);
const settings = { ...laptop, variables: { ...laptop.variables, environment: "production" } };

const gateway = vi.hoisted(() => ({ status: 200 }));
vi.mock("../client.ts", () => ({
  createClient: () => ({
    ask: () => Promise.resolve({ status: gateway.status, headers: {}, text: "" }),
    close: () => undefined,
  }),
}));
let clock = 0;
vi.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    clock += milliseconds;
    return new Promise((resolve) => void setImmediate(resolve));
  },
}));
beforeEach(() => {
  gateway.status = 200;
  clock = 0;
  vi.spyOn(Date, "now").mockImplementation(() => clock);
});

const budgets = (disruptionsAllowed: number, desiredHealthy = 1) => {
  const metadata = { namespace: "knative-serving", name: "activator-pdb" };
  return JSON.stringify({ items: [{ metadata, status: { disruptionsAllowed, desiredHealthy } }] });
};
const cluster: Answers = [
  [/get nodes/, "one two three"],
  [/get poddisruptionbudgets/, budgets(1)],
  [/drain/, ""],
  [/uncordon/, ""],
];
const moves = (ran: string[]) => ran.flatMap((text) => / (drain|uncordon) (\w+)/.exec(text)?.slice(1).join(" ") ?? []);

test("each node is drained, and is back before the next one", async () => {
  const { failed, ran, figures } = await runStage(nodes, settings, cluster);
  expect(failed).toEqual({});
  expect(moves(ran)).toEqual([
    "drain one",
    "uncordon one",
    "drain two",
    "uncordon two",
    "drain three",
    "uncordon three",
  ]);
  expect(figures["drained nodes"]).toBe(3);
});

test("a failed request is found", async () => {
  gateway.status = 503;
  const { failed } = await runStage(nodes, settings, cluster);
  expect(Object.keys(failed)).toEqual(["no request fails meanwhile"]);
});

test("a drain that fails is found, and its node takes pods again", async () => {
  const { failed, ran } = await runStage(nodes, settings, [...cluster, [/drain two/, 1]]);
  expect(Object.keys(failed)).toEqual(["two is drained"]);
  expect(moves(ran)).toContain("uncordon two");
});

test.each([
  ["lets no pod go", budgets(0), "activator-pdb: no pod may leave"],
  ["is of a single pod", budgets(1, 0), "activator-pdb: a single pod"],
])("a budget that %s is named, and no node is touched", async (_what, answer, reason) => {
  const { failed, ran } = await runStage(nodes, settings, [...cluster, [/get poddisruptionbudgets/, answer]]);
  expect(failed["one is drained"]).toContain(reason);
  expect(moves(ran)).toEqual([]);
});

test.each([
  ["two nodes", settings, "one two"],
  ["a laptop's single gateways", laptop, "one two three"],
])("%s are left alone, and the report says so", async (_what, given, names) => {
  const { passed, failed, ran, figures } = await runStage(nodes, given, [...cluster, [/get nodes/, names]]);
  expect([passed, failed, moves(ran), figures]).toEqual([[], {}, [], { "drained nodes": 0 }]);
});
