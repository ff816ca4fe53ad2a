import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../../harness/child.ts";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { type Certificates, hasOpenssl, makeCertificates } from "../support/certificates.ts";
import { herd, startPods } from "../support/pods.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { startSentinels } from "../support/sentinels.ts";
import { expectSharing } from "./served.ts";

const secrets = { admin: "s3cret-admin", user: "s3cret-user", sentinel: "s3cret-sentinel" };
const purgeToken = "purge-token-0123456789abcdef";
const page = readFileSync(join(root, "docs/redis.md"), "utf8");

/** A rule of docs/redis.md, by the user's name. */
function ruleOf(user: string): string[] {
  const rule = new RegExp(`^ACL SETUSER ${user} (.+)$`, "m").exec(page)?.[1];
  return rule!.replace("<password>", user === "edge-gists" ? secrets.user : secrets.sentinel).split(" ");
}

const list = () => `/octocat?per_page=1&since=${freshSince()}`;

/** Entries are shared, a cold key costs one call, a purge is confirmed, and the server refused nothing. */
async function expectAllowed(env: Record<string, string>, servers: readonly Redis[]) {
  const cluster = await startPods(2, { SHARED_CACHE_TIMEOUT_MS: "2000", PURGE_TOKEN: purgeToken, ...env });
  onTestFinished(cluster.stop);
  await expectSharing(cluster, list);
  // The first connections of a busy machine take their time.
  const before = await cluster.metric("shared_cache_errors_total");
  const since = freshSince();
  const path = `/octocat?per_page=1&since=${since}`;
  await herd(cluster, path, 8);
  expect(await standIn({ github: cluster.github }).calls(bySince(since))).toHaveLength(1);
  const authorization = `Bearer ${purgeToken}`;
  const purged = await fetch(`${cluster.pods[0]!.url}${path}`, { method: "DELETE", headers: { authorization } });
  expect(purged.status).toBe(204);
  expect(await cluster.metric("shared_cache_errors_total")).toBe(before);
  expect(cluster.logged("NOPERM")).toEqual([]);
  for (const server of servers) expect(await server.call("acl", "log")).toEqual([]);
  for (const secret of Object.values(secrets)) expect(cluster.logged(secret), "no log tells it").toEqual([]);
  for (const pod of cluster.pods) expect(await (await fetch(`${pod.url}/metrics`)).text()).not.toContain("s3cret");
}

describe.runIf(hasRedis() && hasOpenssl())("an ACL user with the permissions of docs/redis.md and no other", () => {
  let tls: Certificates;
  beforeAll(async () => void (tls = await makeCertificates()));
  afterAll(() => tls.remove());

  test.each(["master", "replica"])("of a Cluster with mutual TLS, read from the %s", async (reads) => {
    const { ca, clientCert, clientKey } = await tls.read();
    const redis = await startRedisCluster({
      password: secrets.admin,
      settings: [...tls.settings("with a certificate"), "--tls-cluster", "yes"],
      tls: { ca, cert: clientCert, key: clientKey },
    });
    onTestFinished(redis.stop);
    const servers = [...redis.masters, ...redis.replicas].map(({ client }) => client);
    for (const server of servers) await server.call("acl", "setuser", "edge-gists", ...ruleOf("edge-gists"));
    await expectAllowed(
      {
        REDIS_URL: redis.url.replace("//", "//edge-gists@"),
        REDIS_PASSWORD: secrets.user,
        REDIS_READ_FROM: reads,
        REDIS_TLS_CA: tls.ca,
        REDIS_TLS_CERT: tls.clientCert,
        REDIS_TLS_KEY: tls.clientKey,
      },
      servers,
    );
  });

  test.each(["master", "replica"])(
    "of servers and Sentinels with credentials of their own, read from the %s",
    async (reads) => {
      const redis = await startSentinels({ password: secrets.admin, sentinelPassword: secrets.admin });
      onTestFinished(redis.stop);
      const servers = redis.servers.map((server) => redis.client(server));
      for (const server of servers) await server.call("acl", "setuser", "edge-gists", ...ruleOf("edge-gists"));
      const asked = redis.sentinels.map((sentinel) => redis.client(sentinel));
      const rule = ruleOf("edge-gists-sentinel");
      for (const sentinel of asked) {
        await sentinel.call("acl", "setuser", "edge-gists-sentinel", ...rule);
        // Redis 7.0 has no such command, and refuses a rule with it.
        await sentinel.call("acl", "setuser", "edge-gists-sentinel", "+client|setinfo").catch(() => undefined);
      }
      await expectAllowed(
        {
          REDIS_URL: `${redis.url.replace("//", `//edge-gists:${secrets.user}@`)}/0`,
          REDIS_SENTINEL_USERNAME: "edge-gists-sentinel",
          REDIS_SENTINEL_PASSWORD: secrets.sentinel,
          REDIS_READ_FROM: reads,
        },
        [...servers, ...asked],
      );
    },
  );
});
