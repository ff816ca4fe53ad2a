import { expect, onTestFinished, test } from "vitest";
import { follow } from "./stages/follow.ts";
import { fakeSettings, runStage } from "./support/fake.ts";

const name = "requests from zero to many, and back";

async function runWith(said: string | number) {
  const { settings, remove } = fakeSettings();
  onTestFinished(remove);
  return runStage(follow, settings, [[/^node bench\/autoscale/, said]]);
}

test("its figures are those of the demonstration", async () => {
  const { passed, figures, ran } = await runWith("…\n7412 answered, at most 166 a second, 0 failed, at most 3 pods\n");
  expect(passed).toEqual([name]);
  expect(figures).toEqual({ "requests a second, at most": 166, "pods, at most": 3 });
  expect(ran[0]).toMatch(/--url=https:\/\/gists\.\S+\/octocat .*--context=kind-edge-gists-e2e/);
});

test.each([
  ["a request that failed", "7412 answered, at most 166 a second, 1 failed, at most 3 pods", "1 failed"],
  ["nothing but silence", "0 answered, at most 0 a second, 0 failed, at most 0 pods", "0 answered"],
  ["another output", "no pods", "no pods"],
  ["an error", 1, "ended with 1"],
])("it fails for %s", async (_what, said, reason) => {
  expect((await runWith(said)).failed).toEqual({ [name]: expect.stringContaining(reason) as string });
});
