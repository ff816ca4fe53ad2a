import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../../../harness/built.mjs";
import { readTours } from "../../docs/tour.ts";
import { openTerminal } from "./terminal.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the clone. */
    clone: string;
    /** What the commands of "Start" in docs/tour.md have printed. */
    started: string;
  }
}

/** A repository with the files of this one, with changes that are not committed yet. */
function makeSource(source: string) {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
  for (const file of String(files).split("\0"))
    if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(source, file));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: source, stdio: "ignore" });
  git("init", "--quiet");
  git("add", "--all", "--force");
  git("-c", "user.name=Clone", "-c", "user.email=clone@example.org", "commit", "--quiet", "--no-verify", "-m", "Clone");
}

/** vitest's globalSetup: clones the repository and installs its packages, as docs/tour.md says. */
export default async function setUp(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-clone-"));
  // It takes a while, in which vitest ends its workers.
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const source = join(folder, "source");
    mkdirSync(source);
    makeSource(source);
    const [start] = readTours();
    const [step] = start?.steps ?? [];
    if (step?.kind !== "run") throw new Error("docs/tour.md has no commands to start with");
    const terminal = openTerminal(folder, {});
    project.provide("started", await terminal.run(step.commands.replace("<address of the repository>", source)));
    project.provide("clone", terminal.cwd());
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}
