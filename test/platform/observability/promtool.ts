import { execFile } from "node:child_process";
import { root } from "../../../harness/built.mjs";
import { hasAll } from "../../../scripts/needs.mjs";

/** False if promtool is missing: its tests are then left out, or fail if nothing may be left out. */
export const hasPromtool = (group: string): boolean => hasAll(group, ["promtool"]);

/**
 * Runs promtool to its end.
 * @throws Error with what it printed, if it finds something
 */
export function promtool(...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile("promtool", args, { cwd: root }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stdout}${stderr}`)) : resolve(),
    );
  });
}
