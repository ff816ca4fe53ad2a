import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type Answers, fakeSettings, runStage } from "../support/fake.ts";
import { again } from "./again.ts";
import { destroy } from "./destroy.ts";

const { settings, remove } = fakeSettings();
afterAll(remove);
const keepState = (name: string, resources: unknown[]) =>
  writeFileSync(join(settings.private, `${name}.tfstate`), JSON.stringify({ resources }));
beforeEach(() => {
  for (const name of ["cluster", "platform"]) keepState(name, []);
  writeFileSync(settings.kubeconfig, "contexts: []");
});
const own = { ...settings, kubeconfig: join(settings.private, "kubeconfig") };
settings.kubeconfig = own.kubeconfig;

const sound: Answers = [
  [/ destroy /, ""],
  [/kind get clusters/, "another\n"],
  [/docker /, ""],
  [/get namespaces/, "default kube-system"],
  [/kind delete/, ""],
];

describe("destroy", () => {
  test("passes where nothing is left", async () => {
    const { failed, passed, ran } = await runStage(destroy, own, sound);
    expect(failed).toEqual({});
    expect(passed).toHaveLength(5);
    expect(ran.some((text) => text.includes("kind delete"))).toBe(false);
  });

  test.each<[string, Answers[number], string]>([
    ["the cluster", [/kind get clusters/, "edge-gists-e2e\n"], "no cluster, container or volume is left"],
    ["a container", [/docker ps/, "0123456789ab\n"], "no cluster, container or volume is left"],
    ["a volume", [/docker volume/, "0123456789ab\n"], "no cluster, container or volume is left"],
  ])("finds what is left: %s", async (_what, left, name) => {
    expect(Object.keys((await runStage(destroy, own, [...sound, left])).failed)).toEqual([name]);
  });

  test.each(["cluster", "platform"])("finds what is left: a resource of the %s, a context", async (name) => {
    keepState(name, [{ type: "helm_release" }]);
    writeFileSync(own.kubeconfig, "contexts: [{name: kind-edge-gists-e2e}]");
    const { failed } = await runStage(destroy, own, sound);
    expect(Object.keys(failed)).toEqual(["nothing is left in the state", "no context is left"]);
  });

  test("that fails removes the cluster nevertheless", async () => {
    const { failed, ran } = await runStage(destroy, own, [...sound, [/ destroy /, 1]]);
    expect(Object.keys(failed)).toEqual(["terraform destroy: the platform", "terraform destroy: the cluster"]);
    expect(ran.some((text) => text.includes("kind delete cluster --name=edge-gists-e2e"))).toBe(true);
  });

  test("of a given cluster lists namespaces, and deletes no cluster", async () => {
    const theirs = { ...own, isOurs: false };
    expect((await runStage(destroy, theirs, sound)).failed).toEqual({});
    const { failed, ran } = await runStage(destroy, theirs, [
      ...sound,
      [/ destroy /, 1],
      [/get namespaces/, "default knative-serving"],
    ]);
    expect(Object.keys(failed)).toEqual(["terraform destroy: the platform", "no namespace is left"]);
    expect(ran.some((text) => text.startsWith("kind"))).toBe(false);
  });
});

describe("a second plan", () => {
  test("that is empty passes; one with changes, and one that fails, do not", async () => {
    expect((await runStage(again, own, [[/ plan /, ""]])).failed).toEqual({});
    for (const code of [1, 2])
      expect(Object.values((await runStage(again, own, [[/ plan /, code]])).failed)[0]).toContain(`ended with ${code}`);
  });
});
