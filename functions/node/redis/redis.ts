import type { Sharing } from "../../core/cache/store/create.ts";
import { createFleet, type FleetOptions } from "../../core/github/fleet.ts";
import type { Fleet } from "../../core/github/shared-limits.ts";
import type { Opened } from "./client.ts";
import { connect } from "./connection.ts";
import { createFailOver } from "./fail-over.ts";
import { createLeases } from "./leases.ts";
import { createRedisLimits } from "./limits.ts";
import type { RedisOptions } from "./options.ts";

export { toRedisOptions } from "./options.ts";

/** Sharing through Redis or Valkey: one server, Sentinels or a Cluster. */
export async function createRedisSharing(options: RedisOptions): Promise<Sharing & Opened> {
  const connection = await connect(options);
  return { ...connection, leases: createLeases(connection.client, createFailOver(connection.client, Date.now)) };
}

/** GitHub's limits, shared through the same connection. */
export function createRedisFleet({ client }: Opened, options: Omit<FleetOptions, "limits">): Fleet {
  return createFleet({ ...options, limits: createRedisLimits(client) });
}
