import { breakCircuit } from "../github/circuit-breaker.ts";
import { limitClients } from "../github/client-limit.ts";
import { traceCalls } from "../github/call-spans.ts";
import { limitConcurrency } from "../github/concurrency.ts";
import { quarantine } from "../github/quarantine.ts";
import { createRawHost } from "../github/raw-host.ts";
import { keepRawLimit } from "../github/raw-limit.ts";
import { countRawCalls } from "../github/raw-metrics.ts";
import { createRawRoom } from "../github/raw-room.ts";
import type { Fetch } from "../model.ts";
import type { Ports } from "../ports.ts";

/** The layers between a file and GitHub's raw host, outermost first. They share nothing with those of the API. */
export function composeRaw(ports: Ports): Fetch {
  const { config, metrics } = ports;
  const room = createRawRoom(config.GITHUB_RAW_MAX_BYTES, (bytes) =>
    metrics.set("github_raw_bytes_in_flight", {}, bytes),
  );
  const queue = {
    concurrency: config.GITHUB_RAW_CONCURRENCY,
    queue: config.UPSTREAM_QUEUE,
    deadline: config.UPSTREAM_QUEUE_TIMEOUT_MS,
    elapsed: ports.elapsed,
    onQueue: (length: number) => metrics.set("github_raw_queue_length", {}, length),
    onWait: () => undefined,
  };
  const breaking = {
    ...ports,
    host: "GitHub's raw host" as const,
    now: ports.elapsed,
    onChange: (isOpen: boolean) => metrics.set("github_raw_circuit_open", {}, Number(isOpen)),
  };
  const raw = countRawCalls(traceCalls(createRawHost(ports, room), config.GITHUB_RAW_URL), ports);
  return quarantine(
    limitClients(breakCircuit(limitConcurrency(keepRawLimit(raw, ports), queue), breaking), {
      perMinute: config.CLIENT_MISSES_PER_MINUTE,
      now: ports.elapsed,
    }),
    { now: ports.elapsed },
  );
}
