import { afterAll, expect, test, vi } from "vitest";
import { type Answers, fakeSettings, podList, runStage } from "../support/fake.ts";
import { reach } from "./reach.ts";

const { settings, remove } = fakeSettings();
afterAll(remove);
// Waits end here at once, or never.
vi.mock("../until.ts", () => ({
  until: async <T>(what: string, _seconds: number, tries: () => Promise<T | undefined>) => {
    const found = await tries();
    if (found === undefined) throw new Error(what);
    return found;
  },
}));

const cut = JSON.stringify({ error: "ECONNRESET" });
const dropped = JSON.stringify({ error: "TimeoutError" });
const answered = (status: number, text = "") => JSON.stringify({ status, text });
const outside = "--namespace=edge-gists-e2e deployment/github";
const stranger = "--namespace=edge-gists-e2e-mesh deployment/stranger";

/** A cluster in which everything is correct, network policies included. */
function sound(): Answers {
  let isOpen = false;
  return [
    [/get pods/, podList("edge-gists-00001")],
    [/ apply /, () => ((isOpen = true), "")],
    [/ delete networkpolicy/, () => ((isOpen = false), "")],
    [new RegExp(`${outside}.*activator`), cut],
    [new RegExp(`${stranger}.*activator`), answered(404)],
    [new RegExp(`${outside}.*http://10\\.0\\.0\\.1:8012`), () => (isOpen ? cut : dropped)],
    [
      new RegExp(`${stranger}.*http://edge-gists-00001-private`),
      () => (isOpen ? answered(403, "RBAC: access denied") : answered(503)),
    ],
    [new RegExp(`${stranger}.*redis`), dropped],
  ];
}

test("a correct cluster passes, and its network is closed at the end", async () => {
  const { failed, passed, ran } = await runStage(reach, settings, sound());
  expect(failed).toEqual({});
  expect(passed).toHaveLength(8);
  const opened = ran.findIndex((text) => text.includes(" apply "));
  expect(ran.findIndex((text) => text.includes("delete networkpolicy"))).toBeGreaterThan(opened);
});

test.each<[string, Answers[number], string]>([
  ["mTLS is not strict", [new RegExp(`${outside}.*activator`), answered(404)], "mTLS: Knative's activator"],
  ["nothing is in the mesh", [new RegExp(`${stranger}.*activator`), cut], "mTLS: it answers a pod with a sidecar"],
  ["no network policy is enforced", [new RegExp(`${outside}.*:8012`), cut], "network: a pod without a sidecar"],
  ["pods take plain HTTP", [new RegExp(`${outside}.*:8012`), answered(200)], "mTLS alone"],
  ["any workload may ask", [new RegExp(`${stranger}.*-private`), answered(200, "{}")], "policy alone"],
  ["the service itself says 403", [new RegExp(`${stranger}.*-private`), answered(403, "{}")], "policy alone"],
  ["the shared cache is open", [new RegExp(`${stranger}.*redis`), answered(200)], "network: nor to the shared cache"],
])("it is found if %s", async (_what, hole, name) => {
  const { failed } = await runStage(reach, settings, [...sound(), hole]);
  expect(Object.keys(failed).some((check) => check.startsWith(name))).toBe(true);
});

test("the network is closed again after any failure", async () => {
  const { ran } = await runStage(reach, settings, [...sound(), [new RegExp(`${outside}.*:8012`), 1]]);
  expect(ran.some((text) => text.includes("delete networkpolicy"))).toBe(true);
});
