import { BlockList, isIPv6 } from "node:net";

/**
 * Tells whether a peer's address belongs to the proxies that are believed.
 * @param networks addresses or CIDR networks, IPv4 or IPv6
 * @throws TypeError or RangeError where one is neither
 */
export function createTrust(networks: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    if (address === undefined || networks.length === 0) return false;
    // A dual-stack socket writes IPv4 peers as ::ffff:192.0.2.1 (RFC 4291 section 2.5.5.2).
    const plain = address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
    return list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
  };
}
