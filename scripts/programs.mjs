import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../harness/built.mjs";

/** The signals by which a terminal, a shell or a supervisor ends a process. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** How often a process under npm looks whether npm is still there, in milliseconds. */
const look = 250;

const endWithParent = pathToFileURL(join(root, "scripts/programs/end-with-parent.mjs")).href;

/** The line by which ours say that they listen. */
const listens = /^\{.*"msg":"listening","port":(\d+)/;

/** A stack trace of such a program names the sources. */
const nodeOptions = ["--enable-source-maps", "--import", endWithParent];

/**
 * @typedef {object} Program
 * @property {string} name as it is told of, such as `The Node server`
 * @property {string} script relative to the root
 * @property {string[]} [args] of the script
 * @property {RegExp} [ready] the line by which it says that it runs; its first group is the port
 * @property {Record<string, string>} [env] over this process's own
 * @property {string[]} [options] of Node
 * @property {string} [portSetting] the variable that chooses its port, where that is not PORT
 * @property {(line: string) => void} [onLine] told of each line of its standard output
 * @property {boolean} [mayEnd] it may fail, and the others go on; but not where its port is taken
 */

/**
 * Programs of ours that end with this process: at a signal to it or to its group, where it fails, and where it is killed.
 * Signals are taken from now on, so that none comes too early.
 * @param {{ grace?: number }} [options] timeout for a program that was told to end, in milliseconds
 */
export function createPrograms({ grace = 5000 } = {}) {
  const running = new Set();
  const ending = new Set();
  let stopping;

  /** Ends programs: at once those that do not end by themselves in time. */
  async function endAll(children, patience) {
    for (const child of children) {
      ending.add(child);
      child.kill("SIGTERM");
    }
    const ended = Promise.all(children.filter((child) => running.has(child)).map((child) => once(child, "exit")));
    await Promise.race([ended, sleep(patience, undefined, { ref: false })]);
    for (const child of children) if (running.has(child)) child.kill("SIGKILL");
    await ended;
  }

  function stop(code) {
    stopping ??= endAll([...running], grace).then(() => process.exit(code));
    return stopping;
  }

  for (const signal of signals) process.on(signal, () => void stop(0));
  // npm hands on SIGINT and SIGTERM only.
  const npm = process.env.npm_lifecycle_event && findNpm();
  if (npm) setInterval(() => isAlive(npm) || stop(0), look).unref();

  return {
    stop,
    /** Ends all programs without a word, this process goes on. */
    endAll: () => endAll([...running], grace),
    /** Ends one program without a word, the others go on. */
    end(child, patience = grace) {
      child.stdout.removeAllListeners("data");
      child.stdout.resume();
      return endAll([child], patience);
    },
    /**
     * Runs a program until it says that it listens, and on which port. Where it ends by itself all are ended, or, if it
     * may, the promise is settled with nothing.
     * @param {Program} program
     * @returns {Promise<(import("node:child_process").ChildProcess & { port: number }) | undefined>}
     */
    run({
      name,
      script,
      args = [],
      env = {},
      options = [],
      portSetting = "PORT",
      ready = listens,
      onLine,
      mayEnd = false,
    }) {
      // Told to stop while it starts: nothing more is begun, and nobody is told that it failed.
      if (stopping) return new Promise(() => undefined);
      const child = spawn(process.execPath, [...nodeOptions, ...options, join(root, script), ...args], {
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit", "ipc"],
      });
      running.add(child);
      let isPortTaken = false;
      return new Promise((resolve) => {
        createInterface({ input: child.stdout }).on("line", (line) => {
          isPortTaken ||= line.includes('"cannot listen"') && line.includes("EADDRINUSE");
          if (!isPortTaken) onLine?.(line);
          const said = ready.exec(line);
          if (said) resolve(Object.assign(child, { port: Number(said[1]) }));
        });
        child.once("exit", () => running.delete(child));
        // Its last lines were read.
        child.once("close", (code, signal) => {
          if (ending.delete(child) || stopping) return;
          const port = env.PORT ?? process.env.PORT;
          console.error(
            isPortTaken
              ? `${name} cannot listen: is port ${port} in use? ${portSetting} chooses another.`
              : `${name} ended (${signal ?? `code ${code}`}).`,
          );
          if (mayEnd && !isPortTaken) resolve(undefined);
          else void stop(code || 1);
        });
      });
    },
  };
}

/** The npm that started this process: its shell stands between, where that did not give its place to us. */
function findNpm() {
  const { ppid } = process;
  try {
    const [, name, parent] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${ppid}/stat`, "utf8"));
    return name.endsWith("sh") ? Number(parent) : ppid;
  } catch {
    // Only Linux shows it.
    return ppid;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
