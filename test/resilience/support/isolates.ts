import { Miniflare } from "miniflare";
import { inject, onTestFinished } from "vitest";
import "../../targets/provided.ts";
import { startStandIn } from "../../../harness/start-stand-in.ts";
import { defaultToken } from "../../../harness/start-target.ts";
import { readWorkerModules } from "../../../harness/worker-modules.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { metric } from "./metrics.ts";

/**
 * A Worker that has the real classes, counts the calls of each method, and fails as it is told:
 * `throw`, `overload`, `hang`, or `nonsense`: a reply of another class, or of another version of it.
 */
const countingObjects = `
import * as real from "./worker.js";

const calls = {};
let failing = "";
let holding = 0;
const held = new WeakSet();
const never = new Promise(() => undefined);

function counted(Base, methods, prefix = "") {
  const Counted = class extends Base {};
  for (const name of methods) {
    Counted.prototype[name] = function (...values) {
      calls[prefix + name] = (calls[prefix + name] ?? 0) + 1;
      if (failing === "throw") throw new Error("the object failed");
      if (failing === "overload") throw Object.assign(new Error("Durable Object is overloaded."), { overloaded: true });
      if (failing === "hang") return never;
      if (failing === "nonsense") return { granted: true };
      if (Base === real.KeyTurn && holding > 0 && !held.has(this)) {
        held.add(this);
        Base.prototype.take.call(this, "nobody", holding, 0);
      }
      return Base.prototype[name].apply(this, values);
    };
  }
  return Counted;
}

export const KeyTurn = counted(real.KeyTurn, ["take", "settle", "release", "purge"]);
export const TokenBudget = counted(real.TokenBudget, ["take", "settle"], "budget.");
export default {
  async fetch(request) {
    if (request.method === "PUT") failing = await request.text();
    if (request.method === "POST") holding = Number(await request.text());
    return Response.json(calls);
  },
};
`;

const classes = { KEY_TURN: "KeyTurn", TOKEN_BUDGET: "TokenBudget" } as const;

/** What both Workers share. */
export interface Shared {
  /** One Cache API for both: isolates of one data centre. Else each has its own: isolates of two. */
  dataCentre?: boolean;
  /** One namespace of Workers KV for both. */
  kv?: boolean;
  /** Classes of objects: those of keys by default. */
  objects?: readonly (keyof typeof classes)[];
  /** A folder in which objects keep their storage, beyond these Workers. */
  folder?: string;
}

/** Two Workers, which play two isolates, and the objects that both are bound to. */
export interface Isolates {
  stop: () => Promise<void>;
  /** Origins. */
  urls: [string, string];
  githubUrl: string;
  github: ReturnType<typeof standIn>;
  /** How often each method of an object was called; those of TokenBudget begin with `budget.`. */
  calls: () => Promise<Record<string, number>>;
  /** Makes each object fail from now on; "" ends it. */
  fail: (how: "throw" | "overload" | "hang" | "nonsense" | "") => Promise<void>;
  /** Gives each turn of new keys to nobody first, for so many milliseconds: a holder that never comes back. */
  hold: (ms: number) => Promise<void>;
  /** A metric's sum over both. */
  metric: (name: string, labels?: Record<string, string>) => Promise<number>;
  logs: () => string[];
}

async function startOwnStandIn(): Promise<string> {
  const { url, stop } = await startStandIn();
  onTestFinished(stop);
  return url;
}

/** A busy machine takes its time, and must not decide who calls. */
const patient = {
  UPSTREAM_RETRIES: "0",
  UPSTREAM_TIMEOUT_MS: "60000",
  UPSTREAM_TRY_TIMEOUT_MS: "60000",
  SHARED_CACHE_TIMEOUT_MS: "30000",
  SHARED_CACHE_WAIT_MS: "60000",
};

export async function startIsolates(
  env: Record<string, string> = {},
  shared: Shared = {},
  standInUrl?: string,
): Promise<Isolates> {
  const { dataCentre = false, kv = false, objects = ["KEY_TURN"], folder } = shared;
  const githubUrl = standInUrl ?? (await startOwnStandIn());
  const { main, options } = inject("worker")!;
  const { kvNamespaces: _kv, durableObjects: _objects, bindings, ...worker } = options;
  const modules = await readWorkerModules(main);
  const lines: string[] = [];
  const names = ["one", "other"] as const;
  const bind = (how: object) =>
    Object.fromEntries(objects.map((binding) => [binding, { className: classes[binding], ...how }]));
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    ...(folder !== undefined && { durableObjectsPersist: folder }),
    handleStructuredLogs: ({ message }: { message: string }) => void lines.push(message),
    workers: [
      ...names.map((name) => ({
        ...worker,
        name,
        modules,
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
        ...(kv && { kvNamespaces: { CACHE: { id: "CACHE" } } }),
        durableObjects: bind({ scriptName: "objects" }),
        bindings: {
          ...(bindings as Record<string, string> | undefined),
          CACHE_API_NAME: dataCentre ? "both" : name,
          GITHUB_API_URL: githubUrl,
          GITHUB_TOKEN: defaultToken,
          ...patient,
          ...env,
        },
      })),
      {
        name: "objects",
        compatibilityDate: worker["compatibilityDate"],
        modules: [{ type: "ESModule", path: "objects.js", contents: countingObjects }, ...modules],
        durableObjects: bind({ useSQLite: true }),
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      },
    ],
  } as ConstructorParameters<typeof Miniflare>[0]);
  let running = true;
  async function stop(): Promise<void> {
    if (running) await miniflare.dispose();
    running = false;
  }
  onTestFinished(stop);
  await miniflare.ready;
  const [one, other, control] = await Promise.all(
    [...names, "objects"].map(async (name) => (await miniflare.unsafeGetDirectURL(name)).origin),
  );
  const urls: [string, string] = [one!, other!];
  return {
    stop,
    urls,
    githubUrl,
    github: standIn({ github: githubUrl }),
    calls: async () => (await (await fetch(control!)).json()) as Record<string, number>,
    async fail(how) {
      await fetch(control!, { method: "PUT", body: how });
    },
    async hold(ms) {
      await fetch(control!, { method: "POST", body: String(ms) });
    },
    async metric(name, labels) {
      const values = await Promise.all(urls.map((url) => metric(url, name, labels)));
      return values.reduce((sum, value) => sum + value, 0);
    },
    logs: () => [...lines],
  };
}
