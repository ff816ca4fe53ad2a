/**
 * The command line of the project's own programs. Each reads it before it does anything. `--help` prints the usage. An
 * unknown word or option ends the program with code 2, so that a typing error starts nothing.
 */
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { requireNode } from "../harness/node-version.mjs";

/**
 * @typedef {object} Option as node:util's parseArgs takes it
 * @property {"boolean" | "string"} type
 * @property {string} description in the usage
 * @property {string} [value] placeholder of the value in the usage, such as FILE
 */

/**
 * @typedef {object} Program
 * @property {string} usage the command in the first line, then what it does
 * @property {Record<string, Option>} [options]
 * @property {Record<string, string>} [positionals] the words that it takes, each with its description
 * @property {[string, string]} [anyWords] if it takes any words: their placeholder in the usage, and their description
 * @property {string} [passOn] if it passes on the arguments after a second `--`: their description
 */

/** For programs that change something outside the checkout; see `confirm`. */
export const yes = { yes: { type: "boolean", short: "y", default: false, description: "do not ask" } };

const help = { type: "boolean", short: "h", description: "print this, and do nothing" };

/** Ends the program because of an error in its command line. */
export function refuse(message) {
  console.error(message);
  process.exit(2);
}

/** Characters to insert, delete, replace or swap with their neighbour (optimal string alignment distance). */
function distance(from, to) {
  const rows = Array.from({ length: from.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= to.length; j++) {
    rows[0][j] = j;
    for (let i = 1; i <= from.length; i++) {
      const replaced = rows[i - 1][j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced);
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (isSwapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[from.length][to.length];
}

/** The name that a word was probably meant to be: one that begins with it, or differs in at most a third of it. */
function findNearest(word, names) {
  const beginning = word.length > 2 ? names.find((name) => name.startsWith(word)) : undefined;
  if (beginning) return beginning;
  const [nearest] = names.map((name) => ({ name, away: distance(word, name) })).toSorted((a, b) => a.away - b.away);
  return nearest?.away <= Math.max(1, Math.floor(word.length / 3)) ? nearest.name : undefined;
}

/** An option is never suggested for a word, nor a word for an option, unless only the dashes are wrong. */
function suggest(isOption, text, options, words) {
  const name = text.replace(/^-+/, "");
  if (isOption && words.includes(name)) return name;
  if (!isOption && options.includes(name)) return `--${name}`;
  const nearest = findNearest(name, isOption ? options : words);
  return nearest && (isOption ? `--${nearest}` : nearest);
}

/** @param {Program} program */
function describe({ usage, options, positionals = {}, anyWords, passOn }) {
  const rows = [
    ...Object.entries(positionals),
    ...(anyWords ? [anyWords] : []),
    ...Object.entries({ ...options, help }).map(([name, { type, short, value, description, default: usual }]) => [
      `--${name}${value ? `=${value}` : ""}${short ? `, -${short}` : ""}`,
      type === "string" && usual?.length > 0 ? `${description} (${usual})` : description,
    ]),
    ...(passOn ? [["-- ...", passOn]] : []),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${usage.trim()}\n\n${rows.map(([name, text]) => `  ${name.padEnd(width)}   ${text}`).join("\n")}`;
}

/**
 * Reads a command line: either the usage that it asks for, or its values.
 * @param {readonly string[]} args
 * @param {Program} program
 * @throws {Error} if a word or an option is unknown, or a value is missing. With `--help` only an unknown word counts,
 *   because there is no help on it
 */
export function parseOptions(args, program) {
  const { usage, positionals: words = {}, anyWords, passOn } = program;
  const options = { ...program.options, help };
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const end = tokens.find(({ kind }) => kind === "option-terminator")?.index ?? args.length;
  const own = passOn ? args.slice(0, end) : args;
  const isHelp = tokens.some(({ kind, name }) => kind === "option" && name === "help");
  const unknown = tokens.find(
    ({ kind, name, value, index }) =>
      (!passOn || index < end) &&
      ((kind === "option" && !Object.hasOwn(options, name)) ||
        (kind === "positional" && !anyWords && !Object.hasOwn(words, value))),
  );
  if (unknown && !(isHelp && unknown.kind === "option")) {
    const isOption = unknown.kind === "option";
    const text = isOption ? unknown.rawName : unknown.value;
    const meant = suggest(isOption, text, Object.keys(options), Object.keys(words));
    throw new Error(
      `unknown ${isOption ? "option" : "argument"} ${text}${meant ? `: did you mean ${meant}?` : ""}\n` +
        `${usage.trim().split("\n")[0]}\nAdd --help to see all options.`,
    );
  }
  if (isHelp) return { help: describe(program) };
  const { values, positionals } = parseArgs({ args: own, options, allowPositionals: true });
  return { values, positionals, rest: args.slice(end + 1) };
}

/**
 * The number in an option's value. Ends the program if it is none, or out of range.
 * @param {string} name of the option, without dashes
 * @param {string} value
 * @param {{ min: number, max?: number }} range of whole numbers
 */
export function readWhole(name, value, { min, max = Number.MAX_SAFE_INTEGER }) {
  const isWhole = /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return isWhole ? Number(value) : refuse(`--${name}: a whole number ${range}, not "${value}"`);
}

/**
 * Reads the command line. If it asks for help, prints the usage and ends the program. If something in it is unknown,
 * prints the nearest name and ends the program with code 2.
 * @param {Program} program
 * @returns {{ values: Record<string, any>, positionals: string[], rest: string[] }}
 */
export function readOptions(program, args = process.argv.slice(2)) {
  requireNode();
  let read;
  try {
    read = parseOptions(args, program);
  } catch (error) {
    refuse(error.message);
  }
  if (!read.help) return read;
  console.log(read.help);
  process.exit(0);
}

/**
 * For a program of several parts, such as `npm run check charts`: reads the name of the part and removes it from the
 * command line, so that the part reads only its own options.
 * @param {Program & { names: Record<string, string> }} program `names`: the parts, each with its description
 * @returns {{ name?: string, values: Record<string, any> }} without a name, the options of the program itself
 */
export function readName({ names, ...program }, argv = process.argv) {
  if (Object.hasOwn(names, argv[2] ?? "")) return { name: argv.splice(2, 1)[0], values: {} };
  const { values, positionals } = readOptions({ ...program, positionals: names }, argv.slice(2));
  if (positionals.length > 0) refuse(`${positionals[0]}: the name comes first`);
  return { values };
}

/**
 * Returns if `--yes` was given, or if a person on the terminal agrees. Ends the program otherwise.
 * @param {string} question
 * @param {boolean} isSure value of `--yes`
 */
export async function confirm(question, isSure, { stdin, stdout } = process) {
  if (isSure) return;
  if (!stdin.isTTY || !stdout.isTTY) refuse(`${question} There is no terminal to ask on: add --yes.`);
  const terminal = createInterface({ input: stdin, output: stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) refuse("Nothing was done.");
}
