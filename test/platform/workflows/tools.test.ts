import { describe, expect, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { hasAll } from "../../../scripts/needs.mjs";
import { tool } from "../../../scripts/tools.mjs";
import { pypi } from "../../../scripts/pypi.mjs";
import { run } from "../support/run.ts";

async function expectNothing(program: string, ...args: string[]) {
  const { ok, text } = await run(program, args, { cwd: root });
  expect(ok, text).toBe(true);
}

describe.runIf(hasAll("actionlint", ["actionlint"]))("by a tool:", () => {
  // shellcheck and pyflakes, which it uses if they are installed, find nothing in commands of one npm script.
  test("actionlint", () => expectNothing(tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes="));
});

describe.runIf(hasAll("zizmor", ["python3 with venv"]))("by a tool:", () => {
  // https://docs.zizmor.sh
  test("zizmor", async () => {
    const program = pypi("zizmor", "zizmor", new URL("requirements.txt", import.meta.url));
    await expectNothing(program, "--pedantic", "--offline", "--no-progress", "--color=never", ".github");
  });
});
