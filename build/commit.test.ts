import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
// @ts-expect-error: a script, without types
import { commit } from "./commit.mjs";

let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.example", ...args], {
    cwd: folder,
    encoding: "utf8",
  });

beforeEach(() => {
  vi.stubEnv("GIT_COMMIT", "");
  folder = mkdtempSync(join(tmpdir(), "edge-gists-commit-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("is what is checked out, and marked where a file is changed", () => {
  git("init", "--quiet");
  writeFileSync(join(folder, "file"), "1");
  git("add", "file");
  git("commit", "--quiet", "--message=one");
  git("tag", "v1.0.0");
  const hash = git("rev-parse", "HEAD").trim();
  expect(commit(folder)).toBe(hash);
  writeFileSync(join(folder, "file"), "2");
  expect(commit(folder)).toBe(`${hash}-dirty`);
});

test("is GIT_COMMIT where that is set, as in the image, and unknown outside of a checkout", () => {
  expect(commit(folder)).toBe("unknown");
  vi.stubEnv("GIT_COMMIT", "abc");
  expect(commit(folder)).toBe("abc");
});
