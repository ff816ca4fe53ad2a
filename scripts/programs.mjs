import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../harness/built.mjs";

/** The signals by which a terminal, a shell or a supervisor ends a process. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Longest wait for a program that was told to end, in milliseconds. */
const grace = 5000;

/** How often a process under npm looks whether npm is still there, in milliseconds. */
const look = 250;

const endWithParent = pathToFileURL(join(root, "scripts/programs/end-with-parent.mjs")).href;

/**
 * Programs of ours that end with this process: at a signal to it or to its group, where it fails, and where it is killed.
 * Signals are taken from now on, so that none comes too early.
 */
export function createPrograms() {
  const running = new Set();
  let stopping;

  function stop(code) {
    stopping ??= (async () => {
      for (const child of running) child.kill("SIGTERM");
      const ended = Promise.all([...running].map((child) => once(child, "exit")));
      await Promise.race([ended, sleep(grace)]);
      for (const child of running) child.kill("SIGKILL");
      process.exit(code);
    })();
    return stopping;
  }

  for (const signal of signals) process.on(signal, () => void stop(0));
  // npm hands on SIGINT and SIGTERM only.
  const npm = process.env.npm_lifecycle_event && findNpm();
  if (npm) setInterval(() => isAlive(npm) || stop(0), look).unref();

  return {
    stop,
    /** Runs a program until it says that it listens; where it ends by itself, all are ended. */
    run(name, script, env) {
      // Told to stop while it starts: nothing more is begun, and nobody is told that it failed.
      if (stopping) return new Promise(() => undefined);
      const child = spawn(process.execPath, ["--import", endWithParent, join(root, script)], {
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit", "ipc"],
      });
      running.add(child);
      child.once("exit", (code, signal) => {
        running.delete(child);
        if (stopping) return;
        console.error(`${name} ended (${signal ?? `code ${code}`}): is port ${env.PORT} in use?`);
        void stop(1);
      });
      return new Promise((resolve) => {
        child.stdout.on("data", (chunk) => {
          if (String(chunk).includes('"listening"')) resolve(child);
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

/** The built Worker in workerd on a fixed port. */
export function runWorker({ run }, port, bindings) {
  return run("The Worker", "scripts/programs/worker.mjs", { PORT: String(port), BINDINGS: JSON.stringify(bindings) });
}
