import type { Ports } from "../ports.ts";
import { breakCircuit } from "../github/circuit-breaker.ts";
import type { Budget } from "../github/budget.ts";
import { cache } from "../cache/cache.ts";
import { coalesce } from "../cache/coalesce.ts";
import { limitClients } from "../github/client-limit.ts";
import type { Fetch } from "../model.ts";
import { traceCalls } from "../github/call-spans.ts";
import { createLifetimes } from "../cache/lifetimes.ts";
import { createGitHub } from "../github/client.ts";
import { countCalls } from "../github/call-metrics.ts";
import { quarantine } from "../github/quarantine.ts";
import { limitConcurrency } from "../github/concurrency.ts";

/** The layers between a route and GitHub, outermost first. */
export function composeGists(ports: Ports, budget: Budget): Fetch {
  const { config, metrics, waitUntil } = ports;
  const github = createGitHub(ports);
  const queue = {
    concurrency: config.UPSTREAM_CONCURRENCY,
    queue: config.UPSTREAM_QUEUE,
    deadline: config.UPSTREAM_QUEUE_TIMEOUT_MS,
    elapsed: ports.elapsed,
    onQueue: (length: number) => metrics.set("upstream_queue_length", {}, length),
    onWait: (seconds: number) => metrics.observe("upstream_queue_wait_seconds", {}, seconds),
  };
  const caching = { ...ports, lifetimes: createLifetimes(config), leaseWaitMs: config.SHARED_CACHE_WAIT_MS };
  // Monotonic time: setting the clock must not change a duration.
  const perClient = { perMinute: config.CLIENT_MISSES_PER_MINUTE, now: ports.elapsed };
  const breaking = {
    ...ports,
    now: ports.elapsed,
    onChange(isOpen: boolean) {
      metrics.set("upstream_circuit_open", {}, Number(isOpen));
      metrics.add("upstream_circuit_changes_total", { to: isOpen ? "open" : "closed" });
    },
  };

  return coalesce(
    cache(
      quarantine(
        limitClients(
          // The budget comes after the queue: a call that was queued while GitHub began to limit must not be made.
          breakCircuit(
            limitConcurrency(budget.layer(countCalls(traceCalls(github, config.GITHUB_API_URL), ports)), queue),
            breaking,
          ),
          perClient,
        ),
        { now: ports.elapsed },
      ),
      caching,
    ),
    { waitUntil, store: ports.store, onWaiters: (count) => metrics.set("cache_waiters", {}, count) },
  );
}
