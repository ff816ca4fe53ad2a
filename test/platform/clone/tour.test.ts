import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { takeTourPicture } from "../../../docs/generate/tour-picture.mjs";
import { freePort } from "../../../harness/free-port.ts";
import { readTours, type Step, toPattern, type Tour, tourPath } from "../../docs/tour.ts";
import { terminalEnvironment } from "./npm.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const clone = inject("clone");

/** The ports of the page, and the settings that choose others: those may be in use here. */
const ports = { PORT: "8080", GITHUB_PORT: "8081", COCKPIT_PORT: "8082", WORKER_PORT: "8787" };

/** Programs that a tour may need, beside Docker. */
const programs: Record<string, string> = { gh: "gh", Python: "python3" };

/** The variables of a terminal in which the tour's ports are free, and the page's text with them. */
async function chooseSettings() {
  const chosen = Object.fromEntries(
    await Promise.all(Object.keys(ports).map(async (name) => [name, String(await freePort())] as const)),
  );
  const inPlace = (text: string) =>
    Object.entries(ports).reduce((result, [name, port]) => result.replaceAll(`:${port}`, `:${chosen[name]}`), text);
  // The Node that README asks for, which the machine may not have.
  const node = dirname(realpathSync(join(clone, "node_modules/.bin/node")));
  const settings = { ...chosen, PATH: [node, terminalEnvironment()["PATH"]].join(delimiter) };
  return { settings, inPlace };
}

const isMissing = (program = "") => spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0;

/** What commands would do that need a cluster or containers; their usage, where a program has no dry run. */
async function runDry(terminal: Terminal, commands: string) {
  for (const command of commands.match(/^npm run .+$/gm) ?? []) {
    const withOptions = command.includes(" -- ") ? command : `${command} --`;
    const usage = await terminal.run(`${withOptions} --help`);
    if (usage.includes("--dry-run")) await terminal.run(`${withOptions} --dry-run`);
  }
}

async function run(terminal: Terminal, step: Step & { kind: "run" }) {
  const { commands, needs, runsOn, expected } = step;
  if (needs.includes("Docker")) return runDry(terminal, commands);
  const missing = needs.filter((name) => isMissing(programs[name]));
  if (missing.length > 0 && process.env["CI"] !== "true") {
    console.warn(`LEFT OUT ${tourPath}:${step.line}, which needs ${missing.join(" and ")}`);
    return;
  }
  if (runsOn) {
    terminal.begin(commands.replace(/ # keeps running\n$/, ""));
    if (expected !== undefined) await terminal.awaitOutput(toPattern(expected));
    return;
  }
  const output = await terminal.run(commands);
  if (expected !== undefined) expect(output).toMatch(toPattern(expected));
}

async function edit(terminal: Terminal, { path, from, to, expected }: Step & { kind: "edit" }) {
  const file = join(terminal.cwd(), path);
  const before = readFileSync(file, "utf8");
  expect(before.split(from), `${path} has this line once: ${from}`).toHaveLength(2);
  writeFileSync(file, before.replace(from, to));
  if (expected !== undefined) await terminal.awaitOutput(toPattern(expected));
}

/** Takes the picture if that is wanted (npm run docs tour); else looks whether there is something to see. */
async function see({ url, picture }: Step & { kind: "see" }, settings: Record<string, string>) {
  if (picture !== undefined && process.env["TOUR_PICTURES"] === "1") {
    const used = Object.entries(ports).map(([name, port]) => [port, settings[name]]);
    return takeTourPicture(url, picture, used);
  }
  const page = await fetch(url, { headers: { accept: "text/html" } });
  expect([page.status, page.headers.get("content-type")], url).toEqual([200, "text/html; charset=utf-8"]);
}

async function take(terminal: Terminal, step: Step, settings: Record<string, string>) {
  if (step.kind === "run") return run(terminal, step);
  if (step.kind === "edit") return edit(terminal, step);
  if (step.kind === "write") return writeFileSync(join(terminal.cwd(), step.path), step.text);
  return see(step, settings);
}

/** The step with other ports. */
const replaceIn = (step: Step, inPlace: (text: string) => string): Step =>
  JSON.parse(inPlace(JSON.stringify(step))) as Step;

/** "Start" is what set-up.ts has done. */
const [, ...tours] = readTours() as [Tour, ...Tour[]];

describe.each(tours)("the tour $title", ({ steps }) => {
  test("prints what docs/tour.md shows", { timeout: 600_000 }, async () => {
    const { settings, inPlace } = await chooseSettings();
    const terminal = openTerminal(clone, settings);
    onTestFinished(terminal.kill);
    for (const step of steps) {
      try {
        await take(terminal, replaceIn(step, inPlace), settings);
      } catch (error) {
        throw new Error(`${tourPath}:${step.line}: ${(error as Error).message}`, { cause: error });
      }
    }
    await terminal.close();
  });
});
