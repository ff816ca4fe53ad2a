import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { type Certificates, hasOpenssl, makeCertificates } from "../support/certificates.ts";
import { ask, startPods } from "../support/pods.ts";
import { startRedisProcess } from "../support/redis-process.ts";
import { expectServed, timeout } from "./served.ts";

const list = () => `/octocat?per_page=1&since=${freshSince()}`;

describe.runIf(hasRedis() && hasOpenssl())("rediss:", () => {
  let tls: Certificates;
  beforeAll(async () => void (tls = await makeCertificates()));
  afterAll(() => tls.remove());

  async function start(env: Record<string, string>, clients: "any" | "with a certificate" = "any") {
    const redis = await startRedisProcess(tls.settings(clients), { tls: true });
    onTestFinished(redis.stop);
    const cluster = await startPods(2, { REDIS_URL: redis.url, SHARED_CACHE_TIMEOUT_MS: String(timeout), ...env });
    onTestFinished(cluster.stop);
    return cluster;
  }

  async function expectShared(cluster: Awaited<ReturnType<typeof start>>) {
    const path = list();
    const [one, other] = cluster.pods;
    await ask(`${one!.url}${path}`);
    await expect.poll(async () => (await ask(`${other!.url}${path}`)).cacheStatus).toMatch(/^EdgeGists; hit; /);
    expect(await cluster.metric("github_api_requests_total")).toBe(1);
    expect(await cluster.metric("shared_cache_errors_total")).toBe(0);
  }

  test("shares over TLS with a CA of one's own", async () => {
    await expectShared(await start({ NODE_EXTRA_CA_CERTS: tls.ca, SHARED_CACHE_TIMEOUT_MS: "2000" }));
  });

  test("shares over TLS with a CA in REDIS_TLS_CA and a name in REDIS_TLS_SERVERNAME", async () => {
    const env = { REDIS_TLS_CA: tls.ca, REDIS_TLS_SERVERNAME: "localhost", SHARED_CACHE_TIMEOUT_MS: "2000" };
    await expectShared(await start(env));
  });

  test("shares over mutual TLS, with files and with PEM", async () => {
    const pem = await tls.read();
    const files = { REDIS_TLS_CA: tls.ca, REDIS_TLS_CERT: tls.clientCert, REDIS_TLS_KEY: tls.clientKey };
    const texts = { REDIS_TLS_CA: pem.ca, REDIS_TLS_CERT: pem.clientCert, REDIS_TLS_KEY: pem.clientKey };
    for (const env of [files, texts])
      await expectShared(await start({ ...env, SHARED_CACHE_TIMEOUT_MS: "2000" }, "with a certificate"));
  });

  test("continues without a Redis whose certificate is not trusted", async () => {
    await expectServed(await start({}), list);
  });

  test("continues without a Redis whose certificate has another name", async () => {
    await expectServed(await start({ REDIS_TLS_CA: tls.ca, REDIS_TLS_SERVERNAME: "redis.example" }), list);
  });

  test("continues without a Redis that wants a client certificate", async () => {
    await expectServed(await start({ REDIS_TLS_CA: tls.ca }, "with a certificate"), list);
  });
});
