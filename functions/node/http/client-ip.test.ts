import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toClientIp } from "./client-ip.ts";
import { createTrustedProxies } from "./trusted-proxies.ts";

const isTrusted = createTrustedProxies(["10.0.0.0/8", "2001:db8:1::/48"]);

function client(remoteAddress: string | undefined, forwardedFor?: string): string | undefined {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  return toClientIp({ socket: { remoteAddress }, headers } as unknown as IncomingMessage, isTrusted);
}

describe("the client's address", () => {
  test("is the peer's, whatever an untrusted peer sends", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(client("192.0.2.1", text)).toBe("192.0.2.1");
      }),
    );
    expect(client(undefined, "192.0.2.1")).toBeUndefined();
  });

  test("is the last that is not a trusted proxy's, whatever a client put before it", () => {
    const made = fc.array(
      fc.oneof(
        fc.ipV4(),
        fc.string({ maxLength: 9 }).map((text) => text.replaceAll(",", "")),
        fc.constant("10.0.0.9"),
      ),
    );
    fc.assert(
      fc.property(made, (forged) => {
        expect(client("10.0.0.1", [...forged, "192.0.2.1", "10.0.0.2"].join(", "))).toBe("192.0.2.1");
      }),
    );
  });

  test("is a proxy's own if it names no client", () => {
    expect(client("10.0.0.1")).toBe("10.0.0.1");
    expect(client("10.0.0.1", " , ")).toBe("10.0.0.1");
  });

  test("of IPv6 is its site: one /64, whatever the host and the spelling", () => {
    const site = client("2001:db8:2:3::1");
    for (const same of ["2001:db8:2:3:ffff:ffff:ffff:ffff", "2001:db8:2:3:4:5:6:7", "2001:db8:2:3::"])
      expect(client(same), same).toBe(site);
    for (const other of ["2001:db8:2:4::1", "2001:db8:2::1", "2001:db8::2:3:0:1"])
      expect(client(other), other).not.toBe(site);
  });

  test("has no port, which changes with every connection", () => {
    expect(client("10.0.0.1", "192.0.2.7:51234")).toBe("192.0.2.7");
    expect(client("10.0.0.1", "[2001:db8:2:3:4::1]:443")).toBe(client("10.0.0.1", "2001:db8:2:3:9::2"));
  });
});
