import { expect, test } from "vitest";
import { sha256 } from "./digest.ts";

test("SHA-256 as FIPS 180-4's examples have it, with leading zeros kept", async () => {
  const of = (text: string) => sha256(new TextEncoder().encode(text));
  expect(await of("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(await of("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // SHA-256("39") begins with 0x0b: each byte is two digits.
  expect(await of("39")).toBe("0b918943df0962bc7a1824c0555a389347b4febdc7cf9d1254406d80ce44e3f9");
});
