import type { Exit } from "./child.ts";

/** `gateway`: an instance behind one, which nothing here has started. */
export type Runtime = "node" | "worker" | "gateway";

/** Settings as strings: environment variables on Node, bindings on Workers. */
export type Env = Record<string, string>;

/** One running instance of a built bundle. */
export interface Target {
  /** Its origin, without a trailing slash. */
  url: string;
  /** Every line that it logged so far. */
  logs: () => string[];
  /** Only for a process: a Worker has no signals. */
  process?: { kill: (signal: NodeJS.Signals) => void; exited: Promise<Exit> };
  stop: () => Promise<void>;
}
