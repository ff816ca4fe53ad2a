import { build } from "../../functions/core/config/build.ts";
import { createStore } from "../../functions/core/cache/store/create.ts";
import { createBudget } from "../../functions/core/github/budget.ts";
import { createFleet } from "../../functions/core/github/fleet.ts";
import { composeGists } from "../../functions/core/serving/compose.ts";

/** A promise that nothing fulfils: what a process waits for that is gone. */
const never = new Promise(() => undefined);

/**
 * One process of the fleet: the real layers between a route and GitHub, over a clock, a GitHub and a shared tier that
 * are given.
 * @param world `clock`, `github`, `sharing`, `limits`, `config`, `metrics`, `random`
 */
export function createPod({ clock, github, sharing, limits, config, metrics, random }) {
  let isGone = false;
  /** A process that has crashed sends nothing, and nothing reaches it. */
  const ofLiving =
    (method) =>
    (...args) =>
      isGone ? never : method(...args).then((value) => (isGone ? never : value));
  const toLiving = (methods) =>
    Object.fromEntries(
      Object.entries(methods).map(([name, one]) => [name, typeof one === "function" ? ofLiving(one) : one]),
    );
  const ports = {
    config,
    build,
    now: clock.now,
    elapsed: clock.now,
    sleep: ofLiving(clock.sleep),
    random,
    waitUntil: () => undefined,
    metrics,
    log: () => undefined,
    fetch: ofLiving(github.fetch),
  };
  const store = createStore(
    ports,
    sharing && { driver: toLiving(sharing.driver), leases: toLiving(sharing.leases), code: sharing.code },
  );
  const fleet = limits && createFleet({ ...ports, limits: toLiving(limits) });
  return {
    gists: composeGists({ ...ports, store }, createBudget({ ...ports, fleet })),
    crash() {
      isGone = true;
    },
  };
}
