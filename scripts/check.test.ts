import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { checks, fast } from "./check-list.mjs";

const root = join(import.meta.dirname, "..");

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function check(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const all = { ...process.env, CI: "", REQUIRE_ALL: "", ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, ["scripts/check.mjs", ...args], { cwd: root, env: all }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test("every folder of test/platform is a check, and every check has a program or such a folder", () => {
  const folders = readdirSync(join(root, "test/platform"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "support")
    .map(({ name }) => name);
  const projects = Object.entries(checks as Record<string, { command?: unknown; program?: unknown }>)
    .filter(([, { command, program }]) => !command && !program)
    .map(([name]) => name);
  // It starts the service itself, and lies beside the matrix of real clients.
  expect(projects.toSorted()).toEqual([...folders, "generators"].toSorted());
  expect(Object.keys(checks)).toEqual(expect.arrayContaining(fast));
});

test("a check whose program is missing is left out, and named", async () => {
  const { code, stdout, stderr } = await check(["terraform"], { TERRAFORM: "/nowhere/terraform" });
  expect(stderr).toMatch(/^LEFT OUT terraform: needs terraform \(https:\S+, or its path in TERRAFORM\)\n$/);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "0 passed, 0 failed\n" });
});

test.each([{ REQUIRE_ALL: "1" }, { CI: "true" }])("with %j it fails", async (env) => {
  const { code, stdout, stderr } = await check(["terraform"], { TERRAFORM: "/nowhere/terraform", ...env });
  expect(stderr).toMatch(/^FAILED terraform: needs terraform /);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "0 passed, 1 failed\n" });
});

test("a pattern chooses tests, which are counted", async () => {
  const { code, stdout } = await check(["workflows", "-t", "one version everywhere"], {});
  expect(stdout).toMatch(/\n1 passed, 0 failed\n$/);
  expect(code).toBe(0);
});

test("a pattern that no test meets is a failure", async () => {
  const { code, stdout } = await check(["workflows", "-t", "no test is called so"], {});
  expect(stdout).toMatch(/\n0 passed, 1 failed\n$/);
  expect(code).toBe(1);
});
