import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../core/config/parser.ts";
import { type RedisConfig, toRedisOptions } from "./options.ts";

const [ca = "", other = ""] = rootCertificates;
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const folder = mkdtempSync(join(tmpdir(), "edge-gists-options-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "ca.pem");
writeFileSync(file, `${ca}\n${other}\n`);

const read = (config: Partial<RedisConfig>) =>
  toRedisOptions({ REDIS_URL: "rediss://cache.example", SHARED_CACHE_TIMEOUT_MS: 150, ...config });

describe("settings of Redis", () => {
  test("the authorities are PEM, or a file's", () => {
    expect(read({ REDIS_TLS_CA: ca, REDIS_TLS_SERVERNAME: "cache" }).tls).toEqual({ ca, servername: "cache" });
    expect(read({ REDIS_TLS_CA: file }).tls).toEqual({ ca: `${ca}\n${other}\n` });
  });

  test("entries are read from the master, from its replicas, or from a reader endpoint", () => {
    expect(read({}).replicas).toBeUndefined();
    const REDIS_URL = "redis+cluster://one,two";
    expect(read({ REDIS_URL, REDIS_READ_FROM: "replica" }).replicas?.nodes).toHaveLength(2);
    expect(read({ REDIS_READ_FROM: "rediss://reader.example" }).replicas?.nodes[0]?.host).toBe("reader.example");
  });

  test.each<[Partial<RedisConfig>, RegExp]>([
    [{ REDIS_URL: undefined, REDIS_PASSWORD: "s3cret" }, /^REDIS_URL: must be set where another setting of Redis is/],
    [{ REDIS_READ_FROM: "replica" }, /^REDIS_READ_FROM: must /],
    [{ REDIS_URL: "redis://cache", REDIS_TLS_CA: ca }, /^REDIS_TLS_CA: must be set with a rediss URL only/],
    [{ REDIS_URL: "redis://cache", REDIS_TLS_SERVERNAME: "x" }, /^REDIS_TLS_SERVERNAME: must /],
    [{ REDIS_SENTINEL_PASSWORD: "s3cret" }, /^REDIS_SENTINEL_PASSWORD: must be set with a redis\+sentinel URL only/],
    [{ REDIS_SENTINEL_USERNAME: "s3cret" }, /^REDIS_SENTINEL_USERNAME: must /],
    [{ REDIS_TLS_CA: "/s3cret/none" }, /^REDIS_TLS_CA: must be PEM, or name a file that can be read/],
    [{ REDIS_TLS_CA: "-----BEGIN CERTIFICATE-----\ns3cret" }, /^REDIS_TLS_CA: must hold certificates in PEM/],
    [{ REDIS_TLS_CERT: ca, REDIS_TLS_KEY: "-----BEGIN s3cret" }, /^REDIS_TLS_KEY: must hold a private key in PEM/],
    [{ REDIS_TLS_CERT: ca }, /^REDIS_TLS_CERT: must be set together with REDIS_TLS_KEY/],
    [{ REDIS_TLS_CERT: ca, REDIS_TLS_KEY: privateKey }, /^REDIS_TLS_KEY: must be the key of REDIS_TLS_CERT/],
  ])("%# that do not fit are refused by their name, without their value", (config, message) => {
    expect(() => read(config)).toThrow(ConfigError);
    expect(() => read(config)).toThrow(message);
    expect(() => read(config)).not.toThrow(/s3cret/);
  });
});
