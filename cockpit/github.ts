import { createClient } from "../stand-in/client.ts";
import { type Fault, kinds } from "../stand-in/faults.ts";
import { type Runtime, runtimes, type Trouble } from "./model.ts";
import { shown } from "./tally.ts";

/** A fault as the page names it. */
export function toTitle({ kind }: Fault): string {
  return kinds[kind].title;
}

/**
 * What the stand-in says of itself: calls of each runtime, which it tells apart by their tokens, and faults, whoever
 * switched them on.
 */
export function watchGitHub(url: string, tokens: { [name in Runtime]: string }, now: () => number) {
  const github = createClient(url);
  let seen: { [name in Runtime]: number } | undefined;
  let faults: Fault[] = [];
  let troubles: Trouble[] = [];

  function notice(current: Fault[]): void {
    faults = current;
    const title = current.map(toTitle).join(", ");
    const open = troubles.find(({ to }) => to === undefined);
    if (open?.title === title || (!open && title === "")) return;
    if (open) open.to = now();
    if (title !== "") troubles.push({ title, from: now(), to: undefined });
    troubles = troubles.filter(({ to }) => (to ?? now()) > now() - shown * 1000);
  }

  return {
    /** Asks it. @returns new calls of each runtime */
    async look(): Promise<{ [name in Runtime]: number }> {
      const [{ byToken }, current] = await Promise.all([github.counters(), github.faults()]);
      notice(current);
      const counts = { node: byToken[tokens.node] ?? 0, worker: byToken[tokens.worker] ?? 0 };
      // Smaller: the stand-in was reset.
      const before = seen ?? counts;
      const rise = (name: Runtime) => (counts[name] < before[name] ? counts[name] : counts[name] - before[name]);
      seen = counts;
      return Object.fromEntries(runtimes.map((name) => [name, rise(name)])) as { [name in Runtime]: number };
    },
    /** One fault in place of all others. */
    async break(kind: Fault["kind"]): Promise<void> {
      await github.fault();
      await github.fault(kinds[kind].example);
    },
    heal: () => github.fault(),
    faults: () => faults,
    troubles: () => troubles,
    /** Forgets faults that have ended. */
    forget(): void {
      troubles = troubles.filter(({ to }) => to === undefined);
    },
  };
}
