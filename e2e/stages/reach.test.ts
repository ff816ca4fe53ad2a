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

/** The answer of a policy's check. */
const refused = answered(403, "RBAC: access denied");
const toPod = "http://10\\.0\\.0\\.1:8012";
const byName = "http://edge-gists-00001-private";
const toRevision = "http://edge-gists-00001\\.edge-gists";
/** A pattern of a request: its source, and its URL with what follows. */
const from = (source: string, url: string) => new RegExp(`${source}.*${url}`);

/** A cluster in which everything is correct, network policies included. */
function sound(): Answers {
  let isOpen = false;
  const once = (opened: string, closed: string) => () => (isOpen ? opened : closed);
  return [
    [/get pods/, podList("edge-gists-00001")],
    [/ apply /, () => ((isOpen = true), "")],
    [/ delete /, () => ((isOpen = false), "")],
    [from(outside, "activator.*Knative-Serving-Revision.*edge-gists-00001"), once(cut, dropped)],
    [from(stranger, "activator.*Knative-Serving-Revision.*edge-gists-00001"), once(refused, answered(503))],
    [from(outside, "http://edge-gists\\.edge-gists"), dropped],
    [from(outside, toPod), once(cut, dropped)],
    [from(stranger, byName), once(refused, answered(503))],
    [from(stranger, toRevision), once(refused, answered(503))],
    [from(stranger, "redis"), dropped],
  ];
}

test("a correct cluster passes, and its network is closed at the end", async () => {
  const { failed, passed, ran } = await runStage(reach, settings, sound());
  expect(failed).toEqual({});
  expect(passed).toHaveLength(12);
  const opened = ran.findIndex((text) => text.includes(" apply "));
  expect(ran.findIndex((text) => text.includes(" delete "))).toBeGreaterThan(opened);
});

const network = "network: a pod without a sidecar does not get to";
const policy = "policy alone: a stranger in the mesh gets 403 of";
test.each<[string, Answers[number], string]>([
  ["the activator takes plain HTTP", [from(outside, "activator"), answered(404)], "mTLS alone: nor does the activator"],
  ["pods take plain HTTP", [from(outside, toPod), answered(200)], "mTLS alone: with the network open"],
  ["no network policy is enforced", [from(outside, toPod), cut], `${network} a pod`],
  ["the activator's network is open", [from(outside, "activator"), cut], `${network} Knative's activator`],
  [
    "anyone reaches the local gateway",
    [from(outside, "//edge-gists\\."), answered(200, "{}")],
    `${network} the gateway`,
  ],
  ["any workload may ask a pod", [from(stranger, byName), answered(200, "{}")], `${policy} a pod`],
  ["the service itself says 403", [from(stranger, byName), answered(403, "{}")], `${policy} a pod`],
  // What the open door answered: to a stranger's headers the service's own response, without them 404.
  [
    "the activator serves strangers",
    [from(stranger, "activator"), answered(200, "{}")],
    `${policy} the activator, for`,
  ],
  ["the activator answers strangers", [from(stranger, "activator"), answered(404)], `${policy} the activator, for`],
  [
    "the activator serves strangers by name",
    [from(stranger, toRevision), answered(200, "{}")],
    `${policy} the activator, for the service by its name`,
  ],
  [
    "the shared cache is open",
    [from(stranger, "redis"), answered(200)],
    "network: a stranger in the mesh does not get",
  ],
])("it is found if %s", async (_what, hole, name) => {
  const { failed } = await runStage(reach, settings, [...sound(), hole]);
  expect(Object.keys(failed).filter((check) => check.startsWith(name))).not.toEqual([]);
});

test("the network is closed again after any failure", async () => {
  const { ran } = await runStage(reach, settings, [...sound(), [from(outside, toPod), 1]]);
  expect(ran.some((text) => text.includes(" delete "))).toBe(true);
});
