import type { Sharing } from "../../core/cache/store/create.ts";
import { connect, type Connection, type RedisOptions } from "./connection.ts";
import { createLeases } from "./leases.ts";

/** Sharing through Redis or Valkey. */
export async function createRedisSharing(options: RedisOptions): Promise<Sharing & Connection> {
  const connection = await connect(options);
  return { ...connection, leases: createLeases(connection.client) };
}
