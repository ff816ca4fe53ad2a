import { execFileSync } from "node:child_process";

/**
 * The commit that is built: GIT_COMMIT, or what is checked out, with `-dirty` where a file that Git follows is changed.
 * @param {string} root of the repository
 */
export function commit(root) {
  if (process.env.GIT_COMMIT) return process.env.GIT_COMMIT;
  try {
    const args = ["describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"];
    return execFileSync("git", args, { cwd: root, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
