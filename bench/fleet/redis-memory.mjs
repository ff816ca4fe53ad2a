import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { encodeEntry } from "../../functions/core/cache/store/codec.ts";
import { freePort } from "../../harness/free-port.ts";

/** Bytes of a body: from half to one and a half times its mean, so that Redis's size classes average out. */
const sizeOf = (n, entries, mean) => Math.round(mean * (0.5 + n / entries));

const entryOf = (bytes) => ({
  status: 200,
  contentType: "application/json; charset=utf-8",
  link: '<https://api.github.com/user/583231/gists?page=2>; rel="next", <https://api.github.com/user/583231/gists?page=9>; rel="last"',
  lastModified: undefined,
  etag: `W/"${"0".repeat(43)}"`,
  upstreamEtags: { "0123456789ab": `W/"${"0".repeat(64)}"` },
  validatedAt: 1_767_225_600_000,
  freshUntil: 1_767_225_660_000,
  body: new TextEncoder().encode("x".repeat(bytes)),
});

const keyOf = (n) => `2022-11-28,json,users,synthetic-${String(n).padStart(9, "0")},gists`;

/** Bytes of the text of an entry in addition to its body. */
export const headerBytes = encodeEntry(keyOf(0), entryOf(0)).length;

/**
 * Memory of entries in a real Redis beyond their bodies: the line of fields, the key, and what Redis itself needs.
 * @param mean bytes of a body
 */
async function measure(client, mean, entries) {
  await client.flushall("SYNC");
  const used = async () => Number(/^used_memory:(\d+)/m.exec(await client.info("memory"))[1]);
  const before = await used();
  let bodies = 0;
  for (let n = 0; n < entries;) {
    const pipeline = client.pipeline();
    for (const stop = Math.min(n + 1000, entries); n < stop; n++) {
      const bytes = sizeOf(n, entries, mean);
      bodies += bytes;
      pipeline.set(`edge-gists:${keyOf(n)}`, encodeEntry(keyOf(n), entryOf(bytes)), "EX", 86_460);
    }
    await pipeline.exec();
  }
  return { bodyBytes: mean, entries, overheadBytes: Math.round(((await used()) - before - bodies) / entries) };
}

/** The same for several sizes; undefined without `redis-server`. */
export async function measureRedis() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-redis-"));
  const server = spawn("redis-server", ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", ""], {
    stdio: "ignore",
  });
  const failed = once(server, "error").then(() => true);
  const client = new Redis({ port, host: "127.0.0.1", retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  try {
    if (await Promise.race([failed, client.ping().then(() => false)])) return undefined;
    const [, version] = /^redis_version:(\S+)/m.exec(await client.info("server"));
    const measured = [];
    for (const mean of [500, 2000, 8000]) measured.push(await measure(client, mean, Math.ceil(4e7 / mean)));
    return { version, measured };
  } finally {
    client.disconnect();
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
