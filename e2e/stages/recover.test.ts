import { afterAll, expect, test } from "vitest";
import { type Answers, fakeSettings, runStage } from "../support/fake.ts";
import { recover } from "./recover.ts";

const { settings, remove } = fakeSettings();
afterAll(remove);

/** A cluster that has another identity once it was deleted and made again. */
function createAnswers(made = "second"): Answers {
  let uid = "first";
  return [
    [/get namespace kube-system/, () => uid],
    [/kind delete cluster --name=edge-gists-e2e/, () => ((uid = ""), "")],
    [/scripts\/up\.mjs --yes/, () => ((uid = made), "")],
    [/ wait /, ""],
  ];
}

test("a deleted cluster comes back by the same command", async () => {
  const { failed, passed, ran } = await runStage(recover, settings, createAnswers());
  expect(failed).toEqual({});
  expect(passed).toHaveLength(2);
  expect(ran.findIndex((text) => text.includes("kind delete"))).toBeLessThan(
    ran.findIndex((text) => text.includes("up.mjs")),
  );
});

test("a command that fails, and a cluster that was not deleted, are found", async () => {
  const answers: Answers = [...createAnswers("first"), [/up\.mjs/, 1], [/kind delete/, ""]];
  expect(Object.keys((await runStage(recover, settings, answers)).failed)).toEqual([
    "the same command makes it again, with the platform",
    "it is another cluster",
  ]);
});

test("another's cluster is not deleted", async () => {
  expect((await runStage(recover, { ...settings, isOurs: false }, [])).ran).toEqual([]);
});
