/**
 * The command line of the project's own programs. Each reads it before it does anything: `--help` prints the usage, and
 * what is unknown is refused, so that a typing error starts nothing.
 */
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { requireNode } from "../harness/node-version.mjs";

/**
 * @typedef {object} Option as node:util's parseArgs takes it, and what `--help` says of it
 * @property {"boolean" | "string"} type
 * @property {string} description
 * @property {string} [value] what stands for the value in the usage, such as FILE
 */

/**
 * @typedef {object} Program
 * @property {string} usage the command in the first line, then what it does
 * @property {Record<string, Option>} [options]
 * @property {Record<string, string>} [positionals] the words that it takes, each with what it means
 * @property {[string, string]} [anyWords] it takes any words: what stands for them in the usage, and what they mean
 * @property {string} [passOn] what is done with arguments after a `--` of their own
 */

/** For programs that change something outside of the checkout; see `confirm`. */
export const yes = { yes: { type: "boolean", short: "y", default: false, description: "do not ask" } };

const help = { type: "boolean", short: "h", description: "print this, and do nothing" };

/** Ends the program: what it was asked for cannot be. */
export function refuse(message) {
  console.error(message);
  process.exit(2);
}

/** Levenshtein's distance: characters to insert, delete or replace. */
function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, character] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++)
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (character === to[j] ? 0 : 1)));
    row = next;
  }
  return row.at(-1);
}

function nearest(word, known) {
  return known.toSorted((a, b) => distance(word, a) - distance(word, b))[0];
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
 * What a command line asks for: the usage, or what the program is to do.
 * @param {readonly string[]} args
 * @param {Program} program
 * @throws {Error} where something in it is unknown, or has a wrong value
 */
export function parseOptions(args, program) {
  const { usage, positionals: words = {}, anyWords, passOn } = program;
  const options = { ...program.options, help };
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const end = tokens.find(({ kind }) => kind === "option-terminator")?.index ?? args.length;
  const own = passOn ? args.slice(0, end) : args;
  if (tokens.some(({ kind, name }) => kind === "option" && name === "help")) return { help: describe(program) };

  const known = [...Object.keys(options).map((name) => `--${name}`), ...Object.keys(words)];
  for (const { kind, name, rawName, value, index } of tokens) {
    if (index > end && passOn) break;
    const isUnknown =
      (kind === "option" && !Object.hasOwn(options, name)) ||
      (kind === "positional" && !anyWords && !Object.hasOwn(words, value));
    const word = kind === "option" ? rawName : value;
    if (isUnknown)
      throw new Error(
        `${kind === "option" ? "unknown option" : "unknown argument"} ${word}: did you mean ${nearest(word, known)}?\n` +
          `${usage.trim().split("\n")[0]}\nAdd --help to see all of them.`,
      );
  }
  const { values, positionals } = parseArgs({ args: own, options, allowPositionals: true });
  return { values, positionals, rest: args.slice(end + 1) };
}

/**
 * Reads the command line. Where it asks for help, prints that and ends the program; where something in it is unknown,
 * says what was probably meant, and ends it with code 2.
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
 * For a program of several parts, such as `npm run check charts`: reads which part is meant, and takes its name off the
 * command line, so that the part reads the rest of it as its own. Without a name the program reads all of it.
 * @param {Program & { names: Record<string, string> }} program `names`: the parts, each with what it does
 * @returns {{ name?: string, values: Record<string, any> }} without a name, the options of the program itself
 */
export function readName({ names, ...program }, argv = process.argv) {
  if (Object.hasOwn(names, argv[2] ?? "")) return { name: argv.splice(2, 1)[0], values: {} };
  const { values, positionals } = readOptions({ ...program, positionals: names }, argv.slice(2));
  if (positionals.length > 0) refuse(`${positionals[0]}: the name comes first`);
  return { values };
}

/**
 * Goes on where that is wanted: by `--yes`, or by a person who is asked. Ends the program otherwise.
 * @param {string} question
 * @param {boolean} isSure what `--yes` said
 */
export async function confirm(question, isSure, { stdin, stdout } = process) {
  if (isSure) return;
  if (!stdin.isTTY || !stdout.isTTY) refuse(`${question} There is no terminal to ask on: add --yes.`);
  const terminal = createInterface({ input: stdin, output: stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) refuse("Nothing was done.");
}
