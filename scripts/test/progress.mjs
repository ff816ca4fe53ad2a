/**
 * Output of `npm test` while it runs: a line when a group ends, and the progress of the whole. On a terminal the
 * progress is one line that is redrawn; elsewhere it is a line every 20 s.
 */
import { Writable } from "node:stream";
import { toText } from "./times.mjs";

/** Time between two progress lines without a terminal, in ms. */
const interval = 20_000;

const count = (number) => number.toLocaleString("en");

/** State of a group in this run. Times are performance.now()'s, in ms; `files` and `done` are 0 for a tool. */
function createState({ name, files = [] }, times) {
  return {
    name,
    files: files.length,
    done: 0,
    /** Tests of the last run; undefined if a part of the group is left out, or it has not run yet. */
    expected: times[name]?.tests,
    passed: 0,
    failed: 0,
    skipped: 0,
    began: undefined,
    ended: undefined,
  };
}

/** The part of a group that is done, from 0 to 1. */
function partOf({ files, done, ended, passed, failed, skipped, expected }) {
  if (ended !== undefined) return 1;
  if (files === 0) return 0;
  return expected ? Math.min(1, (passed + failed + skipped) / expected) : done / files;
}

/**
 * Seconds that are left: those of the last run, corrected by how this one goes.
 * @param {number} elapsed seconds so far
 */
export function timeLeft(states, times, elapsed) {
  const tests = states.filter(({ files }) => files > 0);
  const all = tests.some(({ name }) => !times[name])
    ? 0
    : tests.reduce((sum, { name }) => sum + times[name].seconds, 0);
  if (all === 0) return undefined;
  const done = tests.reduce((sum, state) => sum + times[state.name].seconds * partOf(state), 0) / all;
  return (1 - done) * ((1 - done) * all + elapsed);
}

/**
 * @param {readonly import("./groups.mjs").Group[]} groups
 * @param {import("./times.mjs").Times} times of the last run; empty if patterns leave out a part of a group
 * @param {{ isLive: boolean, output?: NodeJS.WriteStream }} options `isLive`: on a terminal
 */
export function createProgress(groups, times, { isLive, output = process.stdout }) {
  const states = groups.map((group) => createState(group, times));
  const find = (name) => states.find((state) => state.name === name);
  const began = performance.now();
  let drawn = "";
  let timer;

  function toLine() {
    const tests = states.filter(({ files }) => files > 0);
    const sum = (of) => tests.reduce((total, state) => total + of(state), 0);
    const ran = sum(({ passed, failed, skipped }) => passed + failed + skipped);
    const isKnown = tests.every(({ expected }) => expected);
    const total = isKnown
      ? Math.max(
          ran,
          sum(({ expected }) => expected),
        )
      : 0;
    const files = `${sum((state) => state.done)} of ${sum((state) => state.files)} files`;
    const failed = states.reduce((all, state) => all + state.failed, 0);
    const running = states
      .filter((state) => state.began !== undefined && state.ended === undefined)
      .map(({ name, files, done }) => (files ? `${name} ${done}/${files}` : name));
    const elapsed = (performance.now() - began) / 1000;
    const left = timeLeft(states, times, elapsed);
    const time = left === undefined ? toText(elapsed) : `${toText(elapsed)}, about ${toText(left)} left`;
    const done = isKnown ? `${count(ran)} of ${count(total)} tests` : `${count(ran)} tests, ${files}`;
    return [time, done, failed > 0 ? `${failed} failed` : undefined, running.join(", ")].filter(Boolean).join(" | ");
  }
  function erase() {
    if (drawn) output.write("\r\u001b[K");
    drawn = "";
  }
  function draw() {
    if (!isLive) return;
    erase();
    drawn = toLine().slice(0, (output.columns ?? 80) - 1);
    output.write(drawn);
  }
  /** Prints whole lines above the progress line. */
  function print(text) {
    erase();
    output.write(text.endsWith("\n") ? text : `${text}\n`);
    draw();
  }

  function begin(state) {
    state.began ??= performance.now();
  }
  function end(state) {
    state.ended = performance.now();
    const seconds = toText((state.ended - state.began) / 1000);
    if (state.files === 0) return print(`${state.failed ? "FAILED" : "ok"}: ${state.name}, ${seconds}`);
    const { passed, failed, skipped } = state;
    const counts = [`${count(passed)} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`];
    print(`${failed ? "FAILED" : "ok"}: ${state.name}, ${counts.filter(Boolean).join(", ")}, ${seconds}`);
  }

  return {
    states,
    print,
    start() {
      timer = setInterval(isLive ? draw : () => print(toLine()), isLive ? 500 : interval);
      timer.unref();
      draw();
    },
    stop() {
      clearInterval(timer);
      erase();
    },
    toolBegins: (name) => begin(find(name)),
    toolEnds(name, isGood) {
      const state = find(name);
      state[isGood ? "passed" : "failed"] += 1;
      end(state);
    },
    isNotBuilt(name) {
      find(name).failed += 1;
      print(`FAILED: ${name}, not run, since the build failed`);
    },
    /** For the output of others: it is printed above the progress line. */
    stream: new Writable({
      decodeStrings: false,
      write(text, _encoding, done) {
        print(String(text));
        done();
      },
    }),
    /** @type {import("vitest/node").Reporter} */
    reporter: {
      onTestModuleQueued: ({ project }) => begin(find(project.name)),
      onTestCaseResult(test) {
        find(test.project.name)[test.result().state] += 1;
        draw();
      },
      onTestModuleEnd(module) {
        const state = find(module.project.name);
        begin(state);
        state.done += 1;
        // What fails outside of a test: a file that does not load, a hook.
        const hasFailed = [...module.children.allTests("failed")].length > 0;
        if (module.state() === "failed" && !hasFailed) state.failed += 1;
        if (state.done === state.files) end(state);
      },
    },
  };
}

/** The groups with their counts and times, as a table. */
export function toTable(states) {
  const rows = states.map(({ name, passed, failed, skipped, began, ended }) => [
    name,
    ...[passed, failed, skipped].map(count),
    began === undefined || ended === undefined ? "not run" : toText((ended - began) / 1000),
  ]);
  const all = [["Group", "passed", "failed", "skipped", "time"], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) => row.map((cell, column) => cell[column ? "padStart" : "padEnd"](widths[column])).join("  "))
    .join("\n");
}
