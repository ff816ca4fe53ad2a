import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The repository's root, with a trailing separator. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program of ours that listens on a loopback port. */
export interface Child {
  port: number;
  /** Every line of its output so far, stdout and stderr. */
  lines: () => string[];
  kill: (signal: NodeJS.Signals) => void;
  exited: Promise<Exit>;
  /** Ends it with SIGTERM, after 8 s with SIGKILL. */
  stop: () => Promise<void>;
}

/** The part of this process's environment that a child gets: never a developer's own GITHUB_TOKEN or PORT. */
const inherited = ["PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"];

function toEnvironment(env: Record<string, string>): Record<string, string> {
  const kept = inherited.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...env, PORT: "0", HOST: "127.0.0.1" };
}

/** The port of a `listening` line; undefined for any other line. */
function toPort(line: string): number | undefined {
  try {
    const event = JSON.parse(line) as { msg?: unknown; port?: unknown };
    return event.msg === "listening" && typeof event.port === "number" ? event.port : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs a Node program, or other arguments of Node, from the repository's root on a free port, and waits until it
 * listens.
 * @throws Error with all of its output, if it ends or does not listen within 20 s
 */
export async function startChild(script: string | readonly string[], env: Record<string, string>): Promise<Child> {
  const child = spawn(process.execPath, [script].flat(), {
    cwd: root,
    env: toEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill("SIGKILL");
      reject(new Error(`${[script].flat().join(" ")} ${why}; it printed:\n${lines.join("\n")}`));
    };
    const timer = setTimeout(() => fail("did not listen within 20 s"), 20_000);
    const settle = (line: string) => {
      lines.push(line);
      const found = toPort(line);
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    createInterface({ input: child.stdout }).on("line", settle);
    createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
    child.once("error", (error) => fail(`could not start: ${error.message}`));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      fail(`ended early (code ${code}, signal ${signal})`);
    });
  });
  return {
    port,
    lines: () => [...lines],
    kill: (signal) => void child.kill(signal),
    exited,
    stop: async () => {
      const timer = setTimeout(() => child.kill("SIGKILL"), 8000);
      child.kill("SIGTERM");
      await exited;
      clearTimeout(timer);
    },
  };
}
