/** The groups of `npm test`, and which of them a command line means. */
import { globSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root } from "../../harness/built.mjs";

/**
 * @typedef {object} Group
 * @property {string} name
 * @property {string[]} [files] of a vitest project, as paths below the root; a tool has none
 * @property {boolean} [needsBuild] its tests start what is in dist/
 * @property {boolean} [onlyByName] it runs only if a pattern is its name: it installs or builds for minutes
 */

/** @returns {Group[]} of vitest.config.ts */
export function readProjects({ test: { projects } }) {
  return projects.map(({ test: { name, include, exclude = [], globalSetup = [] } }) => ({
    name,
    files: globSync(include, { cwd: root })
      .map((path) => path.replaceAll(sep, "/"))
      .filter((path) => !exclude.includes(path))
      .toSorted(),
    onlyByName: [include].flat().some((path) => /^test\/(?:clients|generators|platform)\//.test(path)),
    needsBuild: [globalSetup].flat().some((path) => path.startsWith("test/targets/")),
  }));
}

/** `contract-node` is also meant by `contract`. */
function isNamed({ name }, word) {
  return name === word || name.startsWith(`${word}-`);
}

/** A pattern as a part of a path below the root: also one that a shell has completed, such as `./test/contract/`. */
function toPart(pattern) {
  const path = relative(root, join(process.cwd(), pattern)).replaceAll(sep, "/");
  return (/^\.{0,2}\//.test(pattern) ? path : pattern.replaceAll(sep, "/")).toLowerCase();
}

/**
 * The groups that patterns mean. Names choose groups; other patterns are parts of paths, and leave the files with one of
 * them. Without patterns it is all groups that do not run by name only.
 * @param {readonly Group[]} groups
 * @param {readonly string[]} patterns
 * @returns {Group[]}
 * @throws {Error} where nothing matches a pattern
 */
export function select(groups, patterns) {
  const named = patterns.filter((pattern) => groups.some((group) => isNamed(group, pattern)));
  const parts = patterns.filter((pattern) => !named.includes(pattern));
  const chosen = groups.filter((group) =>
    named.length === 0 ? !group.onlyByName : named.some((name) => isNamed(group, name)),
  );
  if (parts.length === 0) return chosen;
  const wanted = parts.map(toPart);
  const found = chosen.flatMap((group) => {
    const files = group.files?.filter((file) => wanted.some((part) => file.toLowerCase().includes(part))) ?? [];
    return files.length > 0 ? [{ ...group, files }] : [];
  });
  const isMatched = (part) => found.some(({ files }) => files.some((file) => file.toLowerCase().includes(part)));
  const missing = parts.filter((_, index) => !isMatched(wanted[index]));
  if (missing.length === 0) return found;
  const where = named.length > 0 ? ` of ${named.join(", ")}` : "";
  throw new Error(
    `no test file${where} has ${missing.map((one) => `"${one}"`).join(" or ")} in its path, and no group is called so\n` +
      `Groups: ${groups.map(({ name }) => name).join(", ")}`,
  );
}
