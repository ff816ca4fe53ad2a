/**
 * `node release/notes.mjs [tag]`: the changes since the last tag, in Markdown, from the conventional commits
 * (https://www.conventionalcommits.org). A draft for CHANGELOG.md.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { root } from "../harness/built.mjs";

/** Types that a user notices, by their heading in CHANGELOG.md, in its order. The others are dropped. */
const headings = { feat: "Added", perf: "Changed", fix: "Fixed", docs: "Documentation" };

const subject = /^(?<type>[a-z]+)(?:\((?<scope>[^)]+)\))?(?<breaking>!)?: (?<text>.+)$/;

/**
 * @typedef {object} Commit
 * @property {string} hash
 * @property {string} message whole, its subject in the first line
 */

/**
 * @param {Commit[]} commits newest first
 * @returns {string} Markdown, oldest first below each heading
 */
export function toNotes(commits) {
  const breaking = [];
  const byType = new Map(Object.keys(headings).map((type) => [type, []]));
  for (const { hash, message } of commits.toReversed()) {
    const { type, scope, breaking: mark, text } = subject.exec(message.split("\n", 1)[0])?.groups ?? {};
    if (!type) continue;
    const line = `- ${scope ? `**${scope}**: ` : ""}${text} (${hash.slice(0, 7)})`;
    const note = /^BREAKING[ -]CHANGE: (.+)$/m.exec(message)?.[1];
    if (mark || note) breaking.push(note ? `${line}: ${note}` : line);
    byType.get(type)?.push(line);
  }
  const sections = [
    ["Breaking", breaking],
    ...Object.entries(headings).map(([type, name]) => [name, byType.get(type)]),
  ];
  const text = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => `## ${name}\n\n${lines.join("\n")}\n`)
    .join("\n");
  return text || "No change that a user notices.\n";
}

/**
 * The section of a version in CHANGELOG.md, without its heading.
 * @param {string} changelog
 * @param {string} version
 * @param {boolean} isReleased the heading must have a date
 * @throws {Error} if there is none, or no change in it
 */
export function changesOf(changelog, version, isReleased) {
  const sections = changelog.split(/^(?=## )/m);
  const own = sections.find((section) => section.startsWith(`## [${version}]`));
  if (!own) throw new Error(`CHANGELOG.md has no section "## [${version}]"`);
  const [heading, ...lines] = own.split("\n");
  if (isReleased && !/\] - \d{4}-\d{2}-\d{2}$/.test(heading))
    throw new Error(`CHANGELOG.md has no date: "## [${version}] - YYYY-MM-DD"`);
  if (!lines.some((line) => line.startsWith("- "))) throw new Error(`CHANGELOG.md lists no change of ${version}`);
  return `${lines.join("\n").trim()}\n`;
}

/** Commits of HEAD that are in no earlier tag than `tag`; all commits before the first tag. */
export function commitsSinceLast(tag) {
  const described = spawnSync("git", ["describe", "--tags", "--abbrev=0", "--match=v*", `--exclude=${tag}`, "HEAD"], {
    cwd: root,
    encoding: "utf8",
  });
  const range = described.status === 0 ? `${described.stdout.trim()}..HEAD` : "HEAD";
  const text = execFileSync("git", ["log", "--no-merges", "-z", "--format=%H %B", range], {
    cwd: root,
    encoding: "utf8",
  });
  return text
    .split("\0")
    .filter(Boolean)
    .map((entry) => ({ hash: entry.slice(0, 40), message: entry.slice(41).trim() }));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.stdout.write(toNotes(commitsSinceLast(process.argv[2] ?? "")));
