import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../../../harness/built.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder with the files that a clone has. */
    clone: string;
  }
}

/** vitest's globalSetup: the files of the repository, with changes that are not committed yet, in an empty folder. */
export default function setUp(project: TestProject) {
  const clone = mkdtempSync(join(tmpdir(), "edge-gists-clone-"));
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
  for (const file of String(files).split("\0"))
    if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(clone, file));
  project.provide("clone", clone);
  return () => rmSync(clone, { recursive: true, force: true });
}
