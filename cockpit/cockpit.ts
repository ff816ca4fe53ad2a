import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../functions/web/page/format.ts";
import { createClients } from "./clients.ts";
import { toTitle, watchGitHub } from "./github.ts";
import { type Actions, type Aim, type Happening, type Runtime, runtimes, type Setting, type State } from "./model.ts";
import { kinds } from "../stand-in/faults.ts";
import { createTally } from "./tally.ts";
import { type Target, targets, toTarget } from "./targets.ts";

export interface CockpitOptions {
  /** Origins of the servers and of the stand-in. */
  urls: Setting["urls"];
  /** The GitHub token of each server: the stand-in's calls are told apart by it. */
  tokens: { [name in Runtime]: string };
  /** The servers' `PURGE_TOKEN`; without it nothing is purged. */
  purgeToken: string | undefined;
  /** Their `CACHE_TTL_SECONDS`. */
  lifetime: number;
}

/** Most that one click, and one second, may ask for. */
const most = { clients: 1000, rate: 100 };

/** How often the stand-in is asked for its calls, in milliseconds. */
const look = 250;

const names = { node: "Node", worker: "Worker" };

/** Something that cannot be done, in a sentence for the page. */
export class Refusal extends Error {}

/** Everything behind the page: clients, figures, faults. */
export function createCockpit({ urls, tokens, purgeToken, lifetime }: CockpitOptions) {
  const now = Date.now;
  const each = <T>(create: (name: Runtime) => T) =>
    Object.fromEntries(runtimes.map((name) => [name, create(name)])) as { [name in Runtime]: T };
  const tallies = each(() => createTally(now));
  const clients = each((name) => createClients(urls[name], tallies[name]));
  const github = watchGitHub(urls.github, tokens, now);
  let happenings: Happening[] = [];
  let traffic = 0;
  let count = 0;

  function happen(kind: Happening["kind"], text: string): void {
    count += 1;
    happenings = [{ id: count, at: now(), text, kind }, ...happenings].slice(0, 30);
  }

  async function lookAtGitHub(): Promise<void> {
    const calls = await github.look();
    for (const name of runtimes) tallies[name].called(calls[name]);
  }

  // One look at a time: one that was late would count calls twice.
  let looking = Promise.resolve();
  const lookNow = () => {
    looking = looking.then(lookAtGitHub).catch(() => undefined);
    return looking;
  };
  const timer = setInterval(() => void lookNow(), look);

  function aimOf({ runtimes: wanted, target: text }: Aim): { names: Runtime[]; target: Target } {
    const found = runtimes.filter((name) => Array.isArray(wanted) && wanted.includes(name));
    const target = toTarget(String(text));
    if (found.length === 0) throw new Refusal("Choose a server.");
    if (!target) throw new Refusal("A path begins with a slash, such as /users/hubot/gists.");
    return { names: found, target };
  }

  async function purgeAt({ paths }: Target, wanted: readonly Runtime[]): Promise<void> {
    if (purgeToken === undefined) throw new Refusal("The servers allow no purge: PURGE_TOKEN is not set.");
    const done = await Promise.all(wanted.map((name) => clients[name].purge(paths, purgeToken)));
    if (!done.every(Boolean)) throw new Refusal("A server did not purge it: it may not be a resource of the cache.");
  }

  const actions: { [Name in keyof Actions]: (wanted: Actions[Name]) => Promise<void> } = {
    async break({ kind }) {
      if (!Object.hasOwn(kinds, kind)) throw new Refusal("There is no such fault.");
      await github.break(kind);
      happen("broken", `GitHub broken: ${toTitle(kinds[kind].example)}`);
      await lookNow();
    },

    async heal() {
      await github.heal();
      happen("healed", "GitHub healed");
      await lookNow();
    },

    async send({ clients: wanted, cold, ...aim }) {
      const { names: at, target } = aimOf(aim);
      const many = Math.trunc(Number(wanted));
      if (!(many >= 1 && many <= most.clients)) throw new Refusal(`Between 1 and ${most.clients} clients.`);
      if (cold) await purgeAt(target, at);
      await Promise.all(
        at.map(async (name) => {
          await lookNow();
          const before = tallies[name].calls();
          const answers = await clients[name].send(target.paths, many);
          // A call is counted once the stand-in was asked.
          await sleep(look);
          await lookNow();
          const good = answers.filter(({ outcome }) => outcome !== "FAILED").length;
          const slowest = Math.max(...answers.map(({ took }) => took));
          const calls = tallies[name].calls() - before;
          const asked = `${many} ${many === 1 ? "client" : "clients"} requested ${target.title} from ${names[name]}`;
          const called = calls === 0 ? "no call" : calls === 1 ? "1 call" : `${calls} calls`;
          happen("clients", `${asked}: ${good} × 200, ${called} to GitHub, slowest ${formatDuration(slowest)}`);
        }),
      );
    },

    async traffic({ rate, ...aim }) {
      const { names: at, target } = aimOf(aim);
      const wanted = Math.trunc(Number(rate));
      if (!(wanted >= 0 && wanted <= most.rate)) throw new Refusal(`Between 0 and ${most.rate} requests a second.`);
      for (const name of runtimes) clients[name].traffic(target.paths, at.includes(name) ? wanted : 0);
      traffic = wanted;
    },

    async purge(aim) {
      const { names: at, target } = aimOf(aim);
      await purgeAt(target, at);
      happen("purged", `Purged from ${at.map((name) => names[name]).join(" and ")}: ${target.title}`);
    },

    async clear() {
      await lookNow();
      for (const name of runtimes) tallies[name].clear();
      github.forget();
      happenings = [];
    },
  };

  return {
    setting: (): Setting => ({
      urls,
      faults: Object.entries(kinds).map(([kind, { title, about }]) => ({
        kind: kind as keyof typeof kinds,
        title,
        about,
      })),
      targets: Object.entries(targets).map(([id, { title }]) => ({ id, title })),
      canPurge: purgeToken !== undefined,
      lifetime,
    }),

    state: (): State => ({
      now: now(),
      runtimes: each((name) => tallies[name].figures()),
      faults: github.faults(),
      troubles: github.troubles(),
      traffic,
      happenings,
    }),

    /** @throws Refusal if it cannot be done */
    async do(name: string, wanted: unknown): Promise<void> {
      if (!Object.hasOwn(actions, name)) throw new Refusal("There is no such action.");
      const act = actions[name as keyof Actions] as (wanted: unknown) => Promise<void>;
      await act(typeof wanted === "object" && wanted !== null ? wanted : {});
    },

    async close(): Promise<void> {
      clearInterval(timer);
      await looking;
      for (const name of runtimes) await clients[name].close();
    },
  };
}

export type Cockpit = ReturnType<typeof createCockpit>;
