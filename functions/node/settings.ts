import { settings } from "../core/config.ts";
import { z } from "zod";

/** The container's settings: the core's, and those of a server with a socket. */
export const nodeSettings = settings.extend({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe("Port to listen on; 0 for any free one."),
  HOST: z.string().optional().describe("Address to listen on; all of them without it."),
  TRUSTED_PROXIES: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    )
    .describe(
      "Addresses or networks (CIDR) of proxies whose `X-Forwarded-Proto` and `-Host` are believed, comma-separated.",
    ),
  SHUTDOWN_GRACE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(20_000)
    .describe("Longest wait for requests in flight after SIGTERM or SIGINT, in milliseconds."),
});

export type NodeConfig = z.output<typeof nodeSettings>;
