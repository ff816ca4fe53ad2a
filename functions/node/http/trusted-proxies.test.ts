import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTrustedProxies, isNetwork } from "./trusted-proxies.ts";

const toNumber = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

describe("trust in peers", () => {
  test.each([
    ["10.1.2.3", true],
    ["::ffff:10.1.2.3", true],
    ["192.0.2.7", true],
    ["::ffff:192.0.2.7", true],
    ["2001:db8::1", true],
    ["2001:0DB8:0:0::1", true],
    ["fe80::1%eth0", true],
    ["11.0.0.1", false],
    ["192.0.2.8", false],
    ["2001:db9::1", false],
    ["::1", false],
    ["fe81::1%eth0", false],
    ["", false],
    ["unknown", false],
    ["10.1.2.3:80", false],
    ["10.1.2", false],
    [undefined, false],
  ])("of %s is %s", (address, expected) => {
    const isTrusted = createTrustedProxies(["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "fe80::/64"]);
    expect(isTrusted(address)).toBe(expected);
  });

  test("follows the prefix, for IPv4 and for the same address inside IPv6", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (network, prefix, address) => {
        const size = 2 ** (32 - prefix);
        const inside = Math.floor(toNumber(network) / size) === Math.floor(toNumber(address) / size);
        const isTrusted = createTrustedProxies([`${network}/${prefix}`]);
        expect([isTrusted(address), isTrusted(`::ffff:${address}`)]).toEqual([inside, inside]);
      }),
    );
  });

  test("is given to no peer without a list, and no text makes it throw", () => {
    const [nobody, some] = [createTrustedProxies([]), createTrustedProxies(["10.0.0.0/8"])];
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (address) => {
        expect(nobody(address)).toBe(false);
        expect([true, false]).toContain(some(address));
      }),
    );
  });
});

describe("a network", () => {
  test("is refused if its prefix could be misread, for example as the whole internet", () => {
    for (const text of [
      "10.0.0.0/",
      "10.0.0.0/ 8",
      "10.0.0.0/x",
      "10.0.0.0/-1",
      "10.0.0.0/8.0",
      "10.0.0.0/1e1",
      "/8",
      "",
      "fe80::1%eth0",
    ]) {
      expect(isNetwork(text), text).toBe(false);
      expect(() => createTrustedProxies([text]), text).toThrow(TypeError);
    }
  });

  test("that is accepted can always be used", () => {
    const piece = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom("/", "8", "129", "::", "%", "."),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 3 }), (pieces) => {
        const text = pieces.join("");
        if (isNetwork(text)) expect(createTrustedProxies([text])(text.split("/")[0])).toBe(true);
        else expect(() => createTrustedProxies([text])).toThrow(TypeError);
      }),
    );
  });
});
