import { integer, list, settings } from "../core/config.ts";
import { z } from "zod";
import { isNetwork } from "./trust.ts";

/** The container's settings: the core's, and those of a server with a socket. */
export const nodeSettings = settings.extend({
  PORT: integer(8080, 0, 65_535).describe("Port to listen on; 0 for any free one."),
  HOST: z.string().optional().describe("Address to listen on; all of them without it."),
  METRICS_PORT: integer(0, 0, 65_535).describe(
    "Further port that serves `/metrics` alone, so that scrapes do not count as Knative's traffic; 0 for none.",
  ),
  COMPRESSION: z
    .enum(["on", "off"])
    .default("on")
    .describe("Whether answers are compressed (`br`, `gzip`), once for an entry; `off` where a proxy does it."),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, hostname: /./, error: "must be a redis:// or rediss:// URL" })
    .optional()
    .describe(
      "Redis or Valkey that all replicas share as second cache tier; `rediss:` for TLS, credentials in the URL.",
    ),
  TRUSTED_PROXIES: list
    .refine((networks) => networks.every(isNetwork), "must hold IP addresses or CIDR networks such as 10.0.0.0/8")
    .describe(
      "Addresses or networks (CIDR) of proxies whose `X-Forwarded-Proto` and `-Host` are believed, comma-separated.",
    ),
  SHUTDOWN_GRACE_MS: integer(20_000, 0, 3_600_000).describe(
    "Longest wait for requests in flight after SIGTERM or SIGINT, in milliseconds.",
  ),
});

export type NodeConfig = z.output<typeof nodeSettings>;
