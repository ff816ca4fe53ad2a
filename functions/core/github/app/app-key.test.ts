import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createTestApp } from "../../../../test/support/github-app.ts";
import { createAppKey } from "./app-key.ts";
import { toPkcs8 } from "./private-key.ts";

const { privateKey: pkcs1, settings } = createTestApp([1]);
const key = createPrivateKey(pkcs1);
const pkcs8 = key.export({ type: "pkcs8", format: "pem" }).toString();
const der = new Uint8Array(key.export({ type: "pkcs8", format: "der" }));

/** Not written out: scanners would take it for a key. */
const wrap = (label: string, content: string) => `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----`;

describe("a private key", () => {
  test.each([
    ["as GitHub issues it", pkcs1],
    ["as PKCS#8", pkcs8],
    ["in one line", pkcs1.replaceAll("\n", "\\n")],
    ["with the line ends of Windows", pkcs1.replaceAll("\n", "\r\n")],
    ["in base64", btoa(pkcs1)],
    ["in base64 with line feeds", `${btoa(pkcs8).replaceAll(/(.{76})/g, "$1\n")}\n`],
    ["among other lines", `Bag Attributes\n${pkcs1}\nend`],
  ])("%s", (_, text) => {
    expect(toPkcs8(text)).toStrictEqual(der);
  });

  test.each([
    ["nothing", ""],
    ["words", "no key at all"],
    ["a public key", settings.publicKey],
    ["a PEM without content", wrap("RSA PRIVATE KEY", "")],
    ["a key of OpenSSH", wrap("OPENSSH PRIVATE KEY", "AAAA")],
  ])("is not %s", async (_, text) => {
    expect(toPkcs8(text)).toBeUndefined();
    expect(await createAppKey("id", text)).toBeUndefined();
  });

  test("is not a PEM whose content is none", async () => {
    expect(await createAppKey("id", wrap("PRIVATE KEY", "AAAA"))).toBeUndefined();
  });
});

test("a token says who issued it, from a minute ago for less than ten, and its signature is the key's", async () => {
  const { sign } = (await createAppKey("Iv23li", pkcs1))!;
  const now = Date.UTC(2026, 10, 2, 12);
  const jwt = await sign(now + 999);
  const [header, payload, signature = ""] = jwt.split(".");
  const read = (part = ""): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(read(header)).toStrictEqual({ alg: "RS256", typ: "JWT" });
  expect(read(payload)).toStrictEqual({ iss: "Iv23li", iat: now / 1000 - 60, exp: now / 1000 + 480 });
  const signed = Buffer.from(`${header}.${payload}`);
  const publicKey = createPublicKey(settings.publicKey);
  expect(verify("RSA-SHA256", signed, publicKey, Buffer.from(signature, "base64url"))).toBe(true);
  expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

describe("a seal", () => {
  test("is opened by the same key about the same, and differs each time", async () => {
    const [one, two] = [await createAppKey("a", pkcs1), await createAppKey("b", pkcs8)];
    const sealed = await one!.seal.close("ghs_é", "key");
    expect(sealed).not.toContain("ghs");
    expect(await one!.seal.close("ghs_é", "key")).not.toBe(sealed);
    expect(await two!.seal.open(sealed, "key")).toBe("ghs_é");
    expect(await two!.seal.open(sealed, "another")).toBeUndefined();
  });

  test("is not opened by another key, nor if it was changed", async () => {
    const [one, other] = [await createAppKey("a", pkcs1), await createAppKey("a", createTestApp([1], true).privateKey)];
    const sealed = await one!.seal.close("x", "key");
    expect(await other!.seal.open(sealed, "key")).toBeUndefined();
    expect(await one!.seal.open(`A${sealed.slice(1)}`, "key")).toBe(sealed.startsWith("A") ? "x" : undefined);
    expect(await one!.seal.open("no base64!", "key")).toBeUndefined();
    expect(await one!.seal.open("", "key")).toBeUndefined();
  });
});
