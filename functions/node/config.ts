import { settings } from "../core/config/config.ts";
import { integer, list, text, url, type Values, word } from "../core/config/parser.ts";
import { isNetwork } from "./http/trusted-proxies.ts";

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
  MAX_CONNECTIONS: integer(
    2000,
    1,
    1_000_000,
    "Most connections at once; beyond it one that never asked, else the one idle longest, makes room for a new one.",
  ),
  SEND_MAX_BYTES: integer(
    64 * 1024 * 1024,
    64 * 1024,
    64 * 1024 ** 3,
    "Most bytes of answers that clients have not taken yet; beyond it who takes nothing for 5 s is cut off, and further answers are 503.",
  ),
  SEND_TIMEOUT_MS: integer(
    30_000,
    1000,
    3_600_000,
    "Longest time in which a client takes nothing of its answer, in milliseconds; then its connection ends.",
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
    "Addresses or networks (CIDR) of proxies, comma-separated, whose `X-Forwarded-For`, `-Proto`, and `-Host` of `PUBLIC_HOSTS`, are believed.",
  ),
  KEEP_ALIVE_TIMEOUT_MS: integer(
    75_000,
    1000,
    86_400_000,
    "How long an idle connection is kept open, in milliseconds: longer than a proxy in front reuses one.",
  ),
  HEADERS_TIMEOUT_MS: integer(60_000, 100, 86_400_000, "Longest wait for the head of a request, in milliseconds."),
  REQUEST_TIMEOUT_MS: integer(
    60_000,
    100,
    86_400_000,
    "Longest wait for a whole request, head included, in milliseconds.",
  ),
  SHUTDOWN_GRACE_MS: integer(
    20_000,
    0,
    3_600_000,
    "Longest wait for requests in flight after SIGTERM or SIGINT, in milliseconds.",
  ),
};

export type NodeConfig = Values<typeof nodeSettings>;
