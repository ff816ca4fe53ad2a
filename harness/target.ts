import type { Exit } from "./child.ts";

/** `gateway`: an instance behind one, not started by this code. */
export type Runtime = "node" | "worker" | "gateway";

/** Settings as strings: environment variables on Node, bindings on Workers. */
export type Env = Record<string, string>;

/** One running instance of a built bundle. */
export interface Target {
  /** Its origin, without a trailing slash. */
  url: string;
  /** Every log line so far. */
  logs: () => string[];
  /** Only for a process: a Worker receives no signals. */
  process?: { kill: (signal: NodeJS.Signals) => void; exited: Promise<Exit> };
  stop: () => Promise<void>;
}
