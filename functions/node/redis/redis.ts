import { setTimeout as sleep } from "node:timers/promises";
import type { SharedTierCode, Sharing } from "../../core/cache/store/create.ts";
import { createFleet, type FleetOptions } from "../../core/github/fleet.ts";
import type { Fleet } from "../../core/github/shared-limits.ts";
import { createFleetPurges } from "../../core/cache/store/fleet-purges.ts";
import { createSharedTier } from "../../core/cache/store/shared.ts";
import { createTieredStore } from "../../core/cache/store/tiered.ts";
import type { Opened } from "./client.ts";
import { connect } from "./connection.ts";
import { createLeases } from "./leases.ts";
import { createRedisLimits } from "./limits.ts";
import type { RedisOptions } from "./options.ts";
import { createRedisPurges } from "./purges.ts";

export { toRedisOptions } from "./options.ts";

/** Sharing through Redis or Valkey: one server, Sentinels or a Cluster. */
export async function createRedisSharing(
  options: RedisOptions,
  metrics?: Parameters<typeof connect>[1],
): Promise<Sharing & Opened & { code: SharedTierCode }> {
  const { failOver, ...connection } = await connect(options, metrics);
  const { client } = connection;
  const leases = createLeases(client, failOver);
  const purges = createRedisPurges(client, options);
  // An entry of before a purge must not be taken for a current one.
  if (client.status === "ready") await Promise.race([purges.ready, sleep(options.timeout, undefined, { ref: false })]);
  return {
    ...connection,
    code: { createSharedTier, createTieredStore },
    leases,
    joinFleet: (member) => createFleetPurges(purges.purgeLog, member),
    close() {
      purges.close();
      connection.close();
    },
  };
}

/** GitHub's limits, shared through the same connection. */
export function createRedisFleet({ client }: Opened, options: Omit<FleetOptions, "limits">): Fleet {
  return createFleet({ ...options, limits: createRedisLimits(client) });
}
