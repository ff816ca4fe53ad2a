import { BlockList, isIP, isIPv6 } from "node:net";

/** True for an IP address, or a network in CIDR form with its prefix in plain digits. */
export function isNetwork(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits < 0 || address.includes("%") || rest.length > 0) return false;
  // An empty prefix would be parsed as 0: the whole internet.
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}

/**
 * Tells whether a peer's address belongs to the trusted proxies.
 * @param networks addresses or CIDR networks, IPv4 or IPv6
 * @throws TypeError if one is neither
 */
export function createTrustedProxies(networks: readonly string[]): (address: string | undefined) => boolean {
  if (networks.length === 0) return () => false;
  const list = new BlockList();
  for (const network of networks) {
    if (!isNetwork(network)) throw new TypeError("A trusted proxy is an IP address or a CIDR network");
    const [address = "", prefix] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    if (address === undefined) return false;
    // A dual-stack socket writes IPv4 peers as ::ffff:192.0.2.1 (RFC 4291 section 2.5.5.2).
    const plain = address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
    return list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
  };
}
