import type { Handling } from "../functions/core/model.ts";
import type { Fault } from "../stand-in/faults.ts";

/** What the cockpit's server tells its page. Times are milliseconds since the Unix epoch, durations milliseconds. */

export const runtimes = ["node", "worker"] as const;
export type Runtime = (typeof runtimes)[number];

/** The cache outcome of a response; `FAILED` for a response that is no 200, and for none at all. */
export type Outcome = Handling | "FAILED";

/** One second of one runtime. */
export interface Second {
  /** Its beginning. */
  at: number;
  /** Responses by outcome; those that did not occur are left out. */
  outcomes: Partial<Record<Outcome, number>>;
  /** Calls to GitHub. */
  calls: number;
}

/** Figures of one runtime since the start, or since they were cleared. */
export interface Figures {
  /** Responses, failed ones included. */
  requests: number;
  /** Responses other than 200, and requests without a response. */
  failed: number;
  /** Requests that wait for a response. */
  waiting: number;
  /** Calls to GitHub, as the stand-in counted them. */
  calls: number;
  outcomes: Partial<Record<Outcome, number>>;
  /** Of the last 10 seconds; undefined if there was no response in them. */
  latency: { p50: number; p95: number; p99: number } | undefined;
  /** The last seconds, oldest first, without gaps. */
  seconds: Second[];
}

/** A time in which GitHub had a fault. */
export interface Trouble {
  title: string;
  from: number;
  /** Undefined while it lasts. */
  to: number | undefined;
}

/** Something that was done, for the list of events. */
export interface Happening {
  id: number;
  at: number;
  text: string;
  kind: "broken" | "healed" | "clients" | "purged" | "refused";
}

export interface State {
  now: number;
  runtimes: Record<Runtime, Figures>;
  /** Faults that are switched on, whoever did that. */
  faults: Fault[];
  troubles: Trouble[];
  /** Requests a second that are sent all the time; 0 if none are. */
  traffic: number;
  happenings: Happening[];
}

/** What the page needs once. */
export interface Setting {
  urls: Record<Runtime | "github", string>;
  /** Each fault that can be switched on, by its kind. */
  faults: { kind: Fault["kind"]; title: string; about: "outage" | "limit" | "damage" }[];
  targets: { id: string; title: string }[];
  canPurge: boolean;
  /** Fresh lifetime of a response, in seconds, as the servers were told. */
  lifetime: number;
}

/** Which servers, and what they are asked for: the id of a target, or a path. */
export interface Aim {
  runtimes: Runtime[];
  target: string;
}

/** What the page can ask for, each as a POST to `/do/<name>`. */
export interface Actions {
  break: { kind: Fault["kind"] };
  heal: Record<never, never>;
  /** So many clients at once; `cold` purges what they ask for first. */
  send: Aim & { clients: number; cold: boolean };
  /** Requests a second to each server, 0 to end. */
  traffic: Aim & { rate: number };
  purge: Aim;
  clear: Record<never, never>;
}
