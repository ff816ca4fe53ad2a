import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Variables that npm, vitest and a developer set: a fresh terminal has none of them. The demo needs no token. */
const unwanted =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_(.*prefix|loglevel|ignore_scripts))|GITHUB_TOKEN$|NODE$|INIT_CWD$|VITEST|NODE_ENV$|TEST$|DEV$|PROD$|MODE$|SSR$|BASE_URL$)/i;

/** The environment as it was before npm ran these tests. */
export function terminalEnvironment(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)));
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...env, PATH: folders.join(delimiter) };
}

/** A program that was started as a terminal starts it, with its process group. */
export interface Started {
  child: ChildProcess;
  /** All that it printed so far. */
  said: () => string;
  /** Ends it like Ctrl+C. @throws Error if it does not end within 20 s */
  interrupt: () => Promise<void>;
  /** Ends whatever of its group is still there. */
  kill: () => void;
}

/** Runs npm in a folder. */
export const npm = (cwd: string, args: readonly string[], settings: Record<string, string> = {}): Started =>
  start(["npm", ...args], cwd, settings);

/** Runs a command in a folder. Ends only processes that it started, by their group: not for Windows. */
export function start([file = "", ...args]: readonly string[], cwd: string, settings: Record<string, string>): Started {
  const child = spawn(file, args, {
    cwd,
    env: { ...terminalEnvironment(), ...settings },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const exited = once(child, "exit");
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // It has ended.
    }
  };
  return {
    child,
    said: () => text,
    interrupt: async () => {
      signal("SIGINT");
      if ((await Promise.race([exited, sleep(20_000)])) === undefined)
        throw new Error(`it did not end within 20 s of Ctrl+C\n${text}`);
    },
    kill: () => signal("SIGKILL"),
  };
}

/** The response of a URL once there is one. @throws Error if there is none within 3 minutes, or the program ended */
export async function ask({ child, said }: Started, url: string): Promise<Response> {
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}\n${said()}`);
    const response = await fetch(url).catch(() => undefined);
    if (response) return response;
  }
  throw new Error(`${url} does not respond\n${said()}`);
}
