import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What a program says of one scenario: what it got, or the client's own error. */
export interface Answer {
  ok?: unknown;
  error?: {
    /** The client's own class, or by what else it tells its errors apart. */
    type: string;
    message?: string;
    status?: number | null;
    /** Seconds until another try, as the client was told. */
    wait?: number | null;
  };
}

/** A client's program: a line of JSON in, a line of JSON out. It is started once, since some take seconds for that. */
export interface Program {
  /** @throws Error if it ends instead, or does not respond in time; the next scenario then starts it again */
  ask: (request: object, timeout?: number) => Promise<Answer>;
  stop: () => Promise<void>;
}

/** What a program may see of this process's environment. */
const inherited = ["PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "JAVA_HOME", "XDG_CACHE_HOME"];

export function toEnvironment(env: Record<string, string>): Record<string, string> {
  const kept = inherited.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...env };
}

export function createProgram(command: readonly string[], env: Record<string, string>): Program {
  let running: ReturnType<typeof start> | undefined;

  function start() {
    const [file = "", ...args] = command;
    const child = spawn(file, args, { env: toEnvironment(env), stdio: ["pipe", "pipe", "pipe"] });
    const errors: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
    // A program that ended does not read.
    child.stdin.on("error", () => undefined);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(`could not start: ${error.message}`));
      child.once("close", (code, signal) => resolve(`ended (code ${code}, signal ${signal})`));
    });
    return { child, errors, lines, ended };
  }

  return {
    async ask(request, timeout = 25_000) {
      const { child, errors, lines, ended } = (running ??= start());
      child.stdin.write(`${JSON.stringify(request)}\n`);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<string>((resolve) => {
        timer = setTimeout(resolve, timeout, `did not respond within ${timeout} ms`);
      });
      const line = lines.next().then(async (next) => (next.done ? await ended : { text: next.value as string }));
      const first = await Promise.race([line, ended, late]);
      clearTimeout(timer);
      if (typeof first === "object") return JSON.parse(first.text) as Answer;
      running = undefined;
      child.kill("SIGKILL");
      throw new Error(`${command.join(" ")} ${first}\n${errors.join("").slice(-2000)}`);
    },
    async stop() {
      if (!running) return;
      const { child, ended } = running;
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
      await ended;
      clearTimeout(timer);
    },
  };
}
