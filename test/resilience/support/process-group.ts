import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { root } from "../../../harness/child.ts";

/** A command in a process group of its own, as a shell starts it. */
export interface ProcessGroup {
  /** All that it printed so far. */
  printed(): string;
  /** Sends a signal to the command itself, or to its whole group as a terminal does. */
  signal(name: NodeJS.Signals, to: "itself" | "group"): void;
  /** Its exit code; null if a signal ended it. */
  exited: Promise<number | null>;
  /** Command lines of the group's processes that are still there. */
  left(): string[];
  /** Ends whatever is left. */
  stop(): void;
}

/** @param env over this process's own environment */
export function startGroup(command: string, args: readonly string[], env: Record<string, string>): ProcessGroup {
  const child: ChildProcess = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const group = child.pid!;
  let text = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk) => (text += String(chunk)));
  return {
    printed: () => text,
    signal: (name, to) => void process.kill(to === "group" ? -group : group, name),
    exited: new Promise((resolve) => child.once("exit", resolve)),
    left: () => readdirSync("/proc").flatMap((pid) => (/^\d+$/.test(pid) ? toMember(pid, group) : [])),
    stop() {
      try {
        process.kill(-group, "SIGKILL");
      } catch {
        // Nobody is left.
      }
    },
  };
}

/** A process's command line if it is alive and of the group (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
function toMember(pid: string, group: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, , member] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(member) !== group || state === "Z") return [];
    return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
  } catch {
    // It has just ended.
    return [];
  }
}

/** True if something listens on a loopback port. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
