import { Redis } from "ioredis";
import { expect } from "vitest";
import { freePort } from "../../../harness/free-port.ts";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";

const slots = 16_384;

export interface ClusterNode {
  server: RedisProcess;
  client: Redis;
  id: string;
}

/** A Redis Cluster: masters that share the slots, each with a replica. */
export interface RedisCluster {
  /** For `REDIS_URL`, without credentials. */
  url: string;
  masters: ClusterNode[];
  replicas: ClusterNode[];
  /** All keys of the masters that run. */
  keys(): Promise<string[]>;
  /** The node that has a slot now, as one of the others says. */
  holder(slot: number): Promise<ClusterNode>;
  /** Moves a slot with its keys to another master, as `redis-cli --cluster reshard` does. */
  move(slot: number, from: ClusterNode, to: ClusterNode): Promise<void>;
  stop(): Promise<void>;
}

interface ClusterOptions {
  /** Further arguments of the servers. */
  settings?: readonly string[];
  /** Of the default user, who may do all. */
  password?: string;
  tls?: { ca: string; cert: string; key: string };
}

/** Starts a Cluster of three masters with a replica each, which take a node for dead after a second. */
export async function startRedisCluster({ settings = [], password, tls }: ClusterOptions = {}): Promise<RedisCluster> {
  const secrets = password === undefined ? [] : ["--requirepass", password, "--masterauth", password];
  const always = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0"];
  async function startNode(): Promise<ClusterNode> {
    const bus = ["--cluster-port", String(await freePort())];
    const server = await startRedisProcess([...always, ...bus, ...secrets, ...settings], { tls: tls !== undefined });
    const client = new Redis({
      port: server.port,
      host: "127.0.0.1",
      ...(password !== undefined && { password }),
      ...(tls && { tls }),
      maxRetriesPerRequest: 0,
    });
    client.on("error", () => undefined);
    return { server, client, id: String(await client.call("cluster", "myid")) };
  }
  const nodes = await Promise.all(Array.from({ length: 6 }, startNode));
  const [masters, replicas] = [nodes.slice(0, 3), nodes.slice(3)];
  const stop = async () => {
    for (const { client } of nodes) client.disconnect();
    await Promise.all(nodes.map(({ server }) => server.stop()));
  };
  try {
    for (const [index, { client }] of masters.entries()) {
      const [start, end] = [index, index + 1].map((part) => Math.round((part * slots) / 3));
      await client.call("cluster", "addslotsrange", start!, end! - 1);
      await client.call("cluster", "set-config-epoch", index + 1);
    }
    const [first] = masters;
    const meet = async () => {
      for (const { client, server } of nodes.slice(1)) {
        const bus = String(((await client.config("GET", "cluster-port")) as string[])[1]);
        await first!.client.call("cluster", "meet", "127.0.0.1", server.port, bus);
      }
      return first!.client.cluster("INFO");
    };
    // A busy machine loses some.
    await expect.poll(meet, { timeout: 20_000, interval: 1000 }).toContain("cluster_known_nodes:6");
    const settled = async (text: string, of = nodes) => {
      for (const { client } of of) await expect.poll(() => client.cluster("INFO"), { timeout: 20_000 }).toContain(text);
    };
    await settled("cluster_known_nodes:6");
    await settled("cluster_state:ok", masters);
    for (const [index, { client }] of replicas.entries()) {
      const { id } = masters[index]!;
      await expect.poll(() => client.call("cluster", "nodes"), { timeout: 20_000 }).toContain(id);
      await client.call("cluster", "replicate", id);
    }
    for (const { client } of replicas)
      await expect.poll(() => client.info("replication"), { timeout: 20_000 }).toContain("master_link_status:up");
    await settled("cluster_state:ok");
    for (const { client } of nodes)
      await expect
        .poll(async () => ((await client.cluster("SLOTS")) as unknown[][]).map((range) => range.length), {
          timeout: 20_000,
        })
        .toEqual([4, 4, 4]);
  } catch (error) {
    await stop();
    throw error;
  }

  const there = () => nodes.filter(({ client }) => client.status === "ready");
  return {
    url: `redis${tls ? "s" : ""}+cluster://${masters.map(({ server }) => `127.0.0.1:${server.port}`).join(",")}`,
    masters,
    replicas,
    async keys() {
      const found = await Promise.all(
        there().map(async ({ client }) =>
          (await client.info("replication")).includes("role:master") ? client.keys("*") : [],
        ),
      );
      return found.flat();
    },
    async holder(slot) {
      const ranges = await there()[0]!.client.cluster("SLOTS");
      const [, , master] = ranges.find(([start, end]) => start <= slot && slot <= end)!;
      return nodes.find(({ server }) => server.port === Number(master?.[1]))!;
    },
    async move(slot, from, to) {
      await to.client.call("cluster", "setslot", slot, "importing", from.id);
      await from.client.call("cluster", "setslot", slot, "migrating", to.id);
      for (;;) {
        const keys = (await from.client.cluster("GETKEYSINSLOT", slot, 100)) as string[];
        if (keys.length === 0) break;
        const secret = password === undefined ? [] : ["AUTH", password];
        await from.client.call("migrate", "127.0.0.1", to.server.port, "", 0, 5000, ...secret, "KEYS", ...keys);
      }
      for (const { client } of [to, from, ...masters])
        await client.call("cluster", "setslot", slot, "node", to.id).catch(() => undefined);
    },
    stop,
  };
}
