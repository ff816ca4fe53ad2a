import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

/**
 * The client's address as far as it can be trusted: the last one of X-Forwarded-For that is not a trusted proxy's, read
 * only if the peer itself is trusted. An IPv6 client is identified by its /64, which is one site.
 */
export function toClientIp(
  request: IncomingMessage,
  isTrusted: (address: string | undefined) => boolean,
): string | undefined {
  let address = request.socket.remoteAddress;
  if (isTrusted(address)) {
    const hops = String(request.headers["x-forwarded-for"] ?? "")
      .split(",")
      .map((hop) => withoutPort(hop.trim()))
      .filter((hop) => hop !== "");
    address = hops.findLast((hop) => !isTrusted(hop)) ?? hops[0] ?? address;
  }
  if (address === undefined || !address.includes(":") || address.includes(".") || !isIPv6(address)) return address;
  const [head = "", tail = ""] = address.split("::");
  const groups = head.split(":");
  const missing = address.includes("::") ? 8 - groups.length - tail.split(":").filter(Boolean).length : 0;
  return [...groups, ...Array.from({ length: missing }, () => "0"), ...tail.split(":")].slice(0, 4).join(":");
}

/** Some proxies add the port: `192.0.2.1:5678`, `[2001:db8::1]:5678`. It changes with every connection. */
function withoutPort(hop: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}
