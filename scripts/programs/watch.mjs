import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often the files are looked at, and how long they must then be still, in milliseconds. */
const interval = 150;
const settle = 30;

/** Backups and swap files of editors, and what no bundle has. */
const isOther = (name) => name.startsWith(".") || /(?:~|\.swp|\.tmp|\.test\.ts)$|^4913$/.test(name);

/** Every file below a folder, with what is another once the file was written or replaced. */
function look(folder) {
  const files = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || isOther(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat) files.set(path, `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`);
  }
  return files;
}

function difference(before, after) {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path));
}

/**
 * Looks for changes in files below a folder, from now on. It compares them time and again: events of the file system are
 * lost where a file is replaced (by editors, `sed -i`, Git), and do not come from every kind of disk.
 * @param {string} folder
 * @returns {() => Promise<string[]>} the paths that changed since the last call, once there are some
 */
export function watchFiles(folder) {
  let known = look(folder);

  /** A folder can vanish under the eyes: then it is looked at again. */
  function lookAgain() {
    try {
      return look(folder);
    } catch {
      return known;
    }
  }

  return async function next() {
    for (;;) {
      const started = lookAgain();
      if (difference(known, started).length > 0) {
        let last = started;
        let seen;
        do {
          seen = last;
          await sleep(settle);
          last = lookAgain();
        } while (difference(seen, last).length > 0);
        const changed = difference(known, last);
        known = last;
        if (changed.length > 0) return changed;
      }
      await sleep(interval);
    }
  };
}
