import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "../../core/config/parser.ts";
import type { NodeConfig } from "../config.ts";
import { type RedisAddress, toRedisAddress } from "./address.ts";

export interface RedisOptions {
  address: RedisAddress;
  /** Where entries are read; undefined for the master. */
  replicas: RedisAddress | undefined;
  password: string | undefined;
  sentinel: { username: string | undefined; password: string | undefined };
  tls: { ca?: string; cert?: string; key?: string; servername?: string };
  /** How long startup waits for a connection, and the client's own timeouts, in milliseconds. */
  timeout: number;
}

export type RedisConfig = Pick<NodeConfig, "SHARED_CACHE_TIMEOUT_MS"> &
  Partial<Pick<NodeConfig, Extract<keyof NodeConfig, `REDIS_${string}`>>>;

const files = { ca: "REDIS_TLS_CA", cert: "REDIS_TLS_CERT", key: "REDIS_TLS_KEY" } as const;

/** PEM as it is given, or that of a file. @throws ConfigError */
function readPem(name: (typeof files)[keyof typeof files], given: string): string {
  if (given.includes("-----BEGIN")) return given;
  try {
    return readFileSync(given, "utf8");
  } catch {
    throw new ConfigError(`${name}: must be PEM, or name a file that can be read`);
  }
}

/** Parses PEM. @throws ConfigError */
function parsePem<T>(name: (typeof files)[keyof typeof files], pem: string | undefined, parse: (pem: string) => T) {
  try {
    return pem === undefined ? undefined : parse(pem);
  } catch {
    throw new ConfigError(`${name}: must hold ${name === files.key ? "a private key" : "certificates"} in PEM`);
  }
}

/** @throws ConfigError */
function toTls(config: RedisConfig): RedisOptions["tls"] {
  const tls: RedisOptions["tls"] = {};
  for (const [option, name] of Object.entries(files) as [keyof typeof files, (typeof files)[keyof typeof files]][])
    if (config[name] !== undefined) tls[option] = readPem(name, config[name]);
  parsePem(files.ca, tls.ca, (pem) => new X509Certificate(pem));
  const cert = parsePem(files.cert, tls.cert, (pem) => new X509Certificate(pem));
  const key = parsePem(files.key, tls.key, createPrivateKey);
  if (!cert !== !key) throw new ConfigError("REDIS_TLS_CERT: must be set together with REDIS_TLS_KEY");
  if (cert && key && !cert.checkPrivateKey(key))
    throw new ConfigError("REDIS_TLS_KEY: must be the key of REDIS_TLS_CERT");
  if (config.REDIS_TLS_SERVERNAME !== undefined) tls.servername = config.REDIS_TLS_SERVERNAME;
  return tls;
}

/** The options of the connections, from settings of which each is valid. @throws ConfigError where they do not fit */
export function toRedisOptions(config: RedisConfig): RedisOptions {
  const address = toRedisAddress(config.REDIS_URL ?? "");
  if (!address) throw new ConfigError("REDIS_URL: must be set where another setting of Redis is");
  const { REDIS_READ_FROM: from = "master" } = config;
  if (from === "replica" && address.topology === "server")
    throw new ConfigError(
      "REDIS_READ_FROM: must be the URL of the replicas, or REDIS_URL that of a Cluster or of Sentinels",
    );
  const needsTls = Object.keys(config).find(
    (name) => name.startsWith("REDIS_TLS_") && config[name as keyof RedisConfig],
  );
  if (needsTls !== undefined && !address.tls) throw new ConfigError(`${needsTls}: must be set with a rediss URL only`);
  if (address.topology !== "sentinel")
    for (const name of ["REDIS_SENTINEL_USERNAME", "REDIS_SENTINEL_PASSWORD"] as const)
      if (config[name] !== undefined) throw new ConfigError(`${name}: must be set with a redis+sentinel URL only`);
  return {
    address,
    replicas: from === "master" ? undefined : from === "replica" ? address : toRedisAddress(from),
    password: config.REDIS_PASSWORD,
    sentinel: { username: config.REDIS_SENTINEL_USERNAME, password: config.REDIS_SENTINEL_PASSWORD },
    tls: toTls(config),
    timeout: config.SHARED_CACHE_TIMEOUT_MS,
  };
}
