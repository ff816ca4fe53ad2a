import { createHash } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildIfNeeded, root } from "../../../harness/built.mjs";
import { read } from "../support/files.ts";
import { run } from "../support/run.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the program. */
    schemathesis: string;
  }
}

/** vitest's globalSetup: schemathesis in its own virtual environment, rebuilt if its requirements changed. */
export default async function setUp(project: TestProject) {
  const windows = process.platform === "win32";
  const requirements = "test/platform/schemathesis/requirements.txt";
  const venv = join(root, ".cache/schemathesis");
  const bin = join(venv, windows ? "Scripts" : "bin");
  const stamp = join(venv, createHash("sha256").update(read(requirements)).digest("hex"));
  if (!existsSync(stamp)) {
    rmSync(venv, { recursive: true, force: true });
    const commands: [string, ...string[]][] = [
      [windows ? "python" : "python3", "-m", "venv", venv],
      [join(bin, "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements],
    ];
    for (const [program, ...args] of commands) {
      const { ok, text } = await run(program, args, { cwd: root });
      if (!ok) throw new Error(`schemathesis could not be installed: ${text}`);
    }
    writeFileSync(stamp, "");
  }
  buildIfNeeded();
  project.provide("schemathesis", join(bin, "st"));
}
