import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
// @ts-expect-error: a script, without types
import { toToken } from "./metrics-token.mjs";

const { privateKey } = generateKeyPairSync("ed25519");
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const [head = "", claims = "", signature = ""] = (toToken(pem, 2, 1000) as string).split(".");
const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;

test("is signed by the key", () => {
  const signed = Buffer.from(`${head}.${claims}`);
  expect(verify(null, signed, createPublicKey(privateKey), Buffer.from(signature, "base64url"))).toBe(true);
  expect(decode(head)).toEqual({ alg: "EdDSA", typ: "JWT", kid: "metrics" });
});

test("is for whom the gateway expects, and ends", () => {
  const values = readFileSync(new URL("../istio/chart/values.yaml", import.meta.url), "utf8");
  const { metrics } = parse(values) as { metrics: { issuer: string; audience: string } };
  expect(decode(claims)).toMatchObject({ iss: metrics.issuer, aud: metrics.audience, iat: 1000, exp: 8200 });
});
