/** The folder of a run without Docker. It says whose it is, so that a later run removes what a killed one has left. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "edge-gists-observe-";

function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function isLeft(folder) {
  try {
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    return Number.isInteger(pid) && pid > 0 && isGone(pid);
  } catch {
    // Not ours, or somebody else's.
    return false;
  }
}

/** Makes the folder of this process, which goes with it, and removes those of processes that are gone. */
export function makeFolder(parent = tmpdir()) {
  const names = readdirSync(parent).filter((name) => /^edge-gists-observe-\w{6}$/.test(name));
  for (const name of names)
    if (isLeft(join(parent, name))) rmSync(join(parent, name), { recursive: true, force: true });
  const folder = mkdtempSync(join(parent, prefix));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "pid"), String(process.pid));
  return folder;
}
