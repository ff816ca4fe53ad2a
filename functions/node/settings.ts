import { settings } from "../core/config.ts";
import { integer, list, text, url, type Values, word } from "../core/settings.ts";
import { isNetwork } from "./trust.ts";

const isRedis = (address: string) =>
  /^rediss?:\/\//i.test(address) && URL.canParse(address) && new URL(address).hostname !== "";

/** The container's settings: the core's, and those of a server with a socket. */
export const nodeSettings = {
  ...settings,
  PORT: integer(8080, 0, 65_535, "Port to listen on; 0 for any free one."),
  HOST: text(undefined, () => true, "be an address", "Address to listen on; all of them without it."),
  METRICS_PORT: integer(
    0,
    0,
    65_535,
    "Further port that serves `/metrics` alone, so that scrapes do not count as Knative's traffic; 0 for none.",
  ),
  COMPRESSION: word(
    "on",
    ["on", "off"],
    "Whether answers are compressed (`br`, `gzip`), once for an entry; `off` where a proxy does it.",
  ),
  REDIS_URL: url(
    isRedis,
    "be a redis:// or rediss:// URL",
    "Redis or Valkey that all replicas share as second cache tier; `rediss:` for TLS, credentials in the URL.",
  ),
  TRUSTED_PROXIES: list(
    [],
    isNetwork,
    "hold IP addresses or CIDR networks such as 10.0.0.0/8",
    "Addresses or networks (CIDR) of proxies whose `X-Forwarded-Proto` and `-Host` are believed, comma-separated.",
  ),
  SHUTDOWN_GRACE_MS: integer(
    20_000,
    0,
    3_600_000,
    "Longest wait for requests in flight after SIGTERM or SIGINT, in milliseconds.",
  ),
};

export type NodeConfig = Values<typeof nodeSettings>;
