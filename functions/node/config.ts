import { settings } from "../core/config/config.ts";
import { integer, list, text, url, type Values, word } from "../core/config/parser.ts";
import { isNetwork } from "./http/trusted-proxies.ts";
import { toRedisAddress } from "./redis/address.ts";

/** The container's settings: the core's, and those of a server with a socket. */
export const nodeSettings = {
  ...settings,
  PORT: integer(8080, 0, 65_535, "Port to listen on. 0 means any free port."),
  HOST: text(undefined, () => true, "be an address", "Address to listen on. Without it, all addresses."),
  METRICS_PORT: integer(
    0,
    0,
    65_535,
    "Additional port that serves only `/metrics`, so that Knative does not count scrapes as traffic. 0 means none.",
  ),
  STATUS_PAGE: word(
    "off",
    ["off", "on"],
    "Whether `/status` shows the metrics of `/metrics` as live charts. The header of the pages then links to it.",
  ),
  COMPRESSION: word(
    "on",
    ["on", "off"],
    "Whether responses are compressed (`br`, `gzip`), once for each entry. Use `off` if a proxy compresses.",
  ),
  MAX_CONNECTIONS: integer(
    2000,
    1,
    1_000_000,
    "Maximum number of open connections. At the limit, a new one replaces an unused one, or else the one idle longest.",
  ),
  SEND_MAX_BYTES: integer(
    64 * 1024 * 1024,
    64 * 1024,
    64 * 1024 ** 3,
    "Maximum memory for responses that clients have not read yet, in bytes. At the limit, clients that read nothing for 5 s are disconnected, and further requests get 503.",
  ),
  SEND_TIMEOUT_MS: integer(
    30_000,
    1000,
    3_600_000,
    "Maximum time in which a client reads nothing of its response, in milliseconds. Then its connection is closed.",
  ),
  GITHUB_TOKEN_FILE: text(
    undefined,
    () => true,
    "be the path of a file",
    "File with GitHub tokens, separated by commas or white space, in addition to `GITHUB_TOKEN`. It is read again when it changes.",
  ),
  GITHUB_APP_PRIVATE_KEY_FILE: text(
    undefined,
    () => true,
    "be the path of a file",
    "File with the private key of the GitHub App, instead of `GITHUB_APP_PRIVATE_KEY`. It is read again when it changes.",
  ),
  REDIS_URL: url(
    (address) => toRedisAddress(address) !== undefined,
    "be a redis://, redis+cluster:// or redis+sentinel:// URL, or one with rediss",
    "Redis or Valkey as shared cache: `redis://`, `redis+cluster://` or `redis+sentinel://`, with credentials. `rediss` means TLS.",
  ),
  REDIS_PASSWORD: text(
    undefined,
    () => true,
    "be a password",
    "Password of the Redis servers, if it is not in `REDIS_URL`.",
  ),
  REDIS_SENTINEL_USERNAME: text(
    undefined,
    () => true,
    "be a user",
    "ACL user of the Sentinels. Without it, their default user.",
  ),
  REDIS_SENTINEL_PASSWORD: text(
    undefined,
    () => true,
    "be a password",
    "Password of the Sentinels. Without it, they are asked without a password.",
  ),
  REDIS_TLS_CA: text(
    undefined,
    () => true,
    "be PEM, or name a file",
    "Certificate authorities of the Redis servers: PEM, or the path of a file. Without it, those of Node.",
  ),
  REDIS_TLS_CERT: text(
    undefined,
    () => true,
    "be PEM, or name a file",
    "Client certificate for the Redis servers (mutual TLS): PEM, or the path of a file.",
  ),
  REDIS_TLS_KEY: text(
    undefined,
    () => true,
    "be PEM, or name a file",
    "Private key of `REDIS_TLS_CERT`: PEM, or the path of a file.",
  ),
  REDIS_TLS_SERVERNAME: text(
    undefined,
    (name) => /^[\w.-]+$/.test(name),
    "be a host name",
    "Name that the certificates of the Redis servers must have, if it is not their address.",
  ),
  REDIS_READ_FROM: text(
    "master",
    (given) => given === "master" || given === "replica" || toRedisAddress(given) !== undefined,
    "be master, replica or a redis:// URL",
    "Where entries are read: `master`; `replica`, with Cluster or Sentinel; or the URL of the replicas of one server (a reader endpoint). Leases and purges always use the master.",
  ),
  TRUSTED_PROXIES: list(
    [],
    isNetwork,
    "hold IP addresses or CIDR networks such as 10.0.0.0/8",
    "Addresses or networks (CIDR) of trusted proxies, separated by commas. Their `X-Forwarded-For` and `-Proto` are used, and `-Host` if it is in `PUBLIC_HOSTS`.",
  ),
  KEEP_ALIVE_TIMEOUT_MS: integer(
    75_000,
    1000,
    86_400_000,
    "Timeout of an idle connection, in milliseconds. It should exceed the idle timeout of a proxy in front.",
  ),
  HEADERS_TIMEOUT_MS: integer(
    60_000,
    100,
    86_400_000,
    "Timeout for receiving the headers of a request, in milliseconds.",
  ),
  REQUEST_TIMEOUT_MS: integer(60_000, 100, 86_400_000, "Timeout for receiving a whole request, in milliseconds."),
  SHUTDOWN_GRACE_MS: integer(
    20_000,
    0,
    3_600_000,
    "Maximum time to finish requests in flight after SIGTERM or SIGINT, in milliseconds.",
  ),
};

export type NodeConfig = Values<typeof nodeSettings>;

/** True if there is a setting of Redis, whether or not it has an address. */
export function wantsRedis(config: NodeConfig): boolean {
  const { REDIS_READ_FROM: from, ...others } = config;
  return (
    from !== "master" ||
    Object.entries(others).some(([name, value]) => name.startsWith("REDIS_") && value !== undefined)
  );
}
