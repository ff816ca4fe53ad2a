/** What is in an image, file by file, without running it. */
import { once } from "node:events";
import { spawn } from "node:child_process";

/**
 * @typedef {object} Entry
 * @property {string} path without a leading slash
 * @property {string} mode as `ls -l` writes it, its type first
 * @property {number} uid
 * @property {number} gid
 * @property {number} size in bytes
 */

/** One line of `tar --verbose --numeric-owner`: mode, owner, size, date, time, path. */
const line = /^(\S{10})\S* (\d+)\/(\d+) +(\d+) \S+ \S+ (.+?)(?: -> .*| link to .*)?$/;

/**
 * Lists the files of an image as the engine would lay them out.
 * @param {import("./engine.mjs").Engine} engine
 * @returns {Promise<Entry[]>}
 */
export async function listFiles(engine, tag) {
  const container = await engine.docker("create", "--network=none", tag);
  try {
    const exported = engine.spawn(["export", container], { stdio: ["ignore", "pipe", "inherit"] });
    const tar = spawn("tar", ["--list", "--verbose", "--numeric-owner", "--file=-"], {
      stdio: [exported.stdout, "pipe", "inherit"],
    });
    let text = "";
    tar.stdout.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    const [[code], [tarCode]] = await Promise.all([once(exported, "exit"), once(tar, "close")]);
    if (code !== 0 || tarCode !== 0) throw new Error(`${tag} could not be listed`);
    return text.trim().split("\n").map(toEntry);
  } finally {
    await engine.docker("rm", container);
  }
}

/** @returns {Entry} */
function toEntry(text) {
  const parts = line.exec(text);
  if (!parts) throw new Error(`tar says: ${text}`);
  const [, mode, uid, gid, size, path] = parts;
  return { path: path.replace(/\/$/, ""), mode, uid: Number(uid), gid: Number(gid), size: Number(size) };
}

/** True where a user, who is in no other group, may write. Links have no mode of their own. */
export function mayWrite({ mode, uid, gid }, user) {
  if (mode.startsWith("l")) return false;
  return mode[8] === "w" || (uid === user && mode[2] === "w") || (gid === user && mode[5] === "w");
}
