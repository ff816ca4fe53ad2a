/** How long each group took when it last ran whole, for the time that is left: .cache/test-times.json. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../harness/built.mjs";

const path = join(root, ".cache/test-times.json");

/** @typedef {Record<string, { seconds: number, tests: number }>} Times by the group's name */

/** @returns {Times} */
export function readTimes() {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // None yet, or of a run that was broken off.
    return {};
  }
}

/** @param {Times} times of groups that ran whole; the others stay as they were */
export function keepTimes(times) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ ...readTimes(), ...times }, null, 2));
}

/** `9 s`, `2 min 5 s` */
export function toText(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
}
