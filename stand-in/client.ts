import type { AppChange, AppSettings, Minted } from "./apps.ts";
import type { Call, Counters } from "./calls.ts";
import type { EtagKind } from "./conditional.ts";
import type { GistEdit } from "./data.ts";
import type { Fault } from "./faults.ts";
import type { LimitChange } from "./rate-limit.ts";
import type { SecondaryRules } from "./secondary-limit.ts";

/** Drives a stand-in in another process. Methods are those of `GitHub`, asynchronous; they throw on any failure. */
export function createClient(url: string) {
  async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(new URL(`/_standin/${path}`, url), {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} of the stand-in: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  return {
    reset: () => send<void>("POST", "reset"),
    fault: (fault?: Fault | Fault[]) =>
      fault ? send<Fault[]>("POST", "faults", fault) : send<void>("DELETE", "faults"),
    faults: () => send<Fault[]>("GET", "faults"),
    /** The log, oldest first; only paths that begin with `path`, if given. */
    calls: (path = "/") => send<Call[]>("GET", `calls?path=${encodeURIComponent(path)}`),
    counters: () => send<Counters>("GET", "counters"),
    forget: () => send<void>("DELETE", "calls"),
    limit: (change: LimitChange) => send<void>("POST", "limits", change),
    limits: () => send<Record<string, { limit: number; used: number; resetAt: number }>>("GET", "limits"),
    secondary: (rules: SecondaryRules) => send<void>("POST", "secondary", rules),
    addApp: (app: AppSettings) => send<void>("POST", "app", app),
    apps: (change: AppChange) => send<void>("POST", "apps", change),
    /** The tokens that were made for installations, oldest first. */
    minted: () => send<Minted[]>("GET", "minted"),
    /** How ETags are made from now on. */
    etags: (kind: EtagKind) => send<void>("POST", "etags", { kind }),
    /** Closes the port for so many milliseconds, beginning about 20 ms after the response. */
    refuse: (ms: number) => send<void>("POST", "refuse", { ms }),
    /** The stand-in's time in milliseconds since 1970. */
    now: async () => (await send<{ now: number }>("GET", "clock")).now,
    step: (ms: number) => send<void>("POST", "clock", { step: ms }),
    edit: (id: string, edit: GistEdit) => send<void>("PATCH", `gists/${id}`, edit),
    add: (login: string, id: string, edit: GistEdit) => send<void>("PUT", `gists/${id}`, { ...edit, login }),
    remove: (id: string) => send<void>("DELETE", `gists/${id}`),
    removeUser: (login: string) => send<void>("DELETE", `users/${login}`),
  };
}

/** The return value of `createClient`. */
export type Client = ReturnType<typeof createClient>;
