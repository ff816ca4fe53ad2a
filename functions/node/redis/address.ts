/** What is behind `REDIS_URL`. */
export interface RedisAddress {
  topology: "server" | "cluster" | "sentinel";
  tls: boolean;
  /** The server, some nodes of the Cluster, or the Sentinels. */
  nodes: readonly { host: string; port: number }[];
  username: string | undefined;
  password: string | undefined;
  database: number;
  /** The name of the master that the Sentinels watch. */
  master: string | undefined;
}

const pattern = /^redis(s?)(?:\+(cluster|sentinel))?:\/\/(?:(.*)@)?([^@/?#]+)(?:\/([^?#]*))?$/i;

/**
 * Reads a URL of `REDIS_URL`: `redis://host:6379/0`, `redis+cluster://host,host` or
 * `redis+sentinel://host,host/master/0`, and `rediss` for TLS. Credentials are those of the Redis servers.
 * @returns undefined if it is none
 */
export function toRedisAddress(url: string): RedisAddress | undefined {
  const [, s = "", word = "server", credentials = "", hosts = "", path = ""] = pattern.exec(url) ?? [];
  const topology = word.toLowerCase() as RedisAddress["topology"];
  const urls = hosts.split(",").map((host) => `redis://${credentials && `${credentials}@`}${host}`);
  if (!urls.every((one) => URL.canParse(one) && new URL(one).hostname !== "")) return undefined;
  const names = path.split("/");
  const master = topology === "sentinel" ? names.shift() : undefined;
  const [database = ""] = names;
  if (names.length > 1 || master === "" || !/^\d{0,5}$/.test(database)) return undefined;
  if ((topology === "server" && urls.length > 1) || (topology === "cluster" && Number(database) > 0)) return undefined;
  const { username, password } = new URL(urls[0]!);
  const port = topology === "sentinel" ? 26_379 : 6379;
  try {
    return {
      topology,
      tls: s !== "",
      nodes: urls.map((one) => ({
        host: new URL(one).hostname.replace(/^\[(.*)\]$/, "$1"),
        port: Number(new URL(one).port || port),
      })),
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
      database: Number(database),
      master: master && decodeURIComponent(master),
    };
  } catch {
    // A `%` that encodes nothing.
    return undefined;
  }
}
