import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const plan = (...args: string[]) =>
  String(execFileSync(process.execPath, ["scripts/lock.mjs", "--dry-run", ...args], { cwd: root }))
    .trim()
    .split("\n");

test("both configurations are locked, for the platforms that people have", () => {
  const lines = plan();
  expect(lines).toHaveLength(2);
  for (const line of lines)
    for (const platform of ["linux_amd64", "linux_arm64", "darwin_arm64", "darwin_amd64", "windows_amd64"])
      expect(line).toContain(`-platform=${platform}`);
});

test("a pull request has both files, which git does not ignore", () => {
  const text = plan("--pull-request").join("\n");
  for (const name of ["cluster", "platform"]) expect(text).toContain(`terraform/${name}/.terraform.lock.hcl`);
  expect(readFileSync(join(root, ".gitignore"), "utf8")).not.toContain("lock.hcl");
  expect(text).toContain("$ gh pr create");
});
