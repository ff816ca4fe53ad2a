import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, startPods } from "../support/pods.ts";
import { startRedisProcess } from "../support/redis-process.ts";
import { expectServed, timeout } from "./served.ts";

/** True if a certificate can be made. Reported if not, and a failure if REQUIRE_ALL=1. */
function hasOpenssl(): boolean {
  if (spawnSync("openssl", ["version"]).status === 0) return true;
  if (process.env["REQUIRE_ALL"] === "1") throw new Error("REQUIRE_ALL=1, and openssl is not on PATH");
  console.warn("LEFT OUT: tests of Redis over TLS, since openssl is not on PATH");
  return false;
}

const list = () => `/octocat?per_page=1&since=${freshSince()}`;

describe.runIf(hasRedis() && hasOpenssl())("rediss:", () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-gists-tls-"));
    const key = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", file(name)];
    openssl("req", "-x509", ...key("ca.key"), "-out", file("ca.pem"), "-days", "1", "-subj", "/CN=a test's CA");
    openssl("req", ...key("redis.key"), "-out", file("redis.csr"), "-subj", "/CN=redis");
    await writeFile(file("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
    const ca = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial"];
    const out = ["-out", file("redis.pem"), "-days", "1", "-extfile", file("names")];
    openssl("x509", "-req", "-in", file("redis.csr"), ...ca, ...out);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function start(env: Record<string, string>) {
    const files = ["--tls-cert-file", file("redis.pem"), "--tls-key-file", file("redis.key")];
    const redis = await startRedisProcess(
      [...files, "--tls-ca-cert-file", file("ca.pem"), "--tls-auth-clients", "no"],
      { tls: true },
    );
    onTestFinished(redis.stop);
    const cluster = await startPods(2, { REDIS_URL: redis.url, SHARED_CACHE_TIMEOUT_MS: String(timeout), ...env });
    onTestFinished(cluster.stop);
    return cluster;
  }

  test("shares over TLS with a CA of one's own", async () => {
    const cluster = await start({ NODE_EXTRA_CA_CERTS: file("ca.pem"), SHARED_CACHE_TIMEOUT_MS: "2000" });
    const path = list();
    const [one, other] = cluster.pods;
    await ask(`${one!.url}${path}`);
    await expect.poll(async () => (await ask(`${other!.url}${path}`)).cacheStatus).toMatch(/^EdgeGists; hit; /);
    expect(await cluster.metric("github_api_requests_total")).toBe(1);
    expect(await cluster.metric("shared_cache_errors_total")).toBe(0);
  });

  test("continues without a Redis whose certificate is not trusted", async () => {
    await expectServed(await start({}), list);
  });
});
