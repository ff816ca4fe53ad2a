import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import "../../targets/provided.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { startStandIn } from "../../../harness/start-stand-in.ts";
import { defaultToken } from "../../../harness/start-target.ts";
import type { Target } from "../../../harness/target.ts";
import { startWorker } from "../../../harness/start-worker.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { ask } from "../support/pods.ts";

/** Workers that keep their KV in one folder, as the isolates of one namespace do. */
async function shareKv() {
  const github = await startStandIn();
  onTestFinished(github.stop);
  const folder = await mkdtemp(join(tmpdir(), "edge-gists-kv-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { main, options } = inject("worker")!;
  return {
    /** Values in KV, as miniflare keeps them: a new Worker finds these. */
    async values(): Promise<number> {
      const names = await readdir(folder, { recursive: true });
      const found = names.find((name) => name.endsWith(".sqlite") && basename(name) !== "metadata.sqlite");
      if (found === undefined) return 0;
      const database = new DatabaseSync(join(folder, found), { readOnly: true });
      try {
        return Number(database.prepare("SELECT COUNT(*) AS count FROM _mf_entries").get()?.["count"]);
      } finally {
        database.close();
      }
    },
    calls: async (path: string) => (await standIn({ github: github.url }).calls((call) => call.path === path)).length,
    async start(env: Record<string, string> = {}): Promise<Target> {
      const settings = { GITHUB_API_URL: github.url, GITHUB_TOKEN: defaultToken, ...env };
      const target = await startWorker(settings, { main, options: { ...options, kvPersist: folder } });
      let running = true;
      const stop = async () => {
        if (running) await target.stop();
        running = false;
      };
      onTestFinished(stop);
      return { ...target, stop };
    },
  };
}

const list = "/users/octocat/gists";

describe("Workers KV", () => {
  test("keeps an entry beyond the isolate that wrote it: another has a hit, and GitHub is not asked", async () => {
    const shared = await shareKv();
    const first = await shared.start();
    const path = `${list}?per_page=1&since=${freshSince()}`;
    const stored = await ask(`${first.url}${path}`);
    expect(stored.cacheStatus).toMatch(/stored/);
    // KV is written in the background, after the object has it.
    await expect.poll(shared.values).toBe(1);
    await first.stop();
    const second = await shared.start();
    const seen = await ask(`${second.url}${path}`);
    expect(seen.cacheStatus).toMatch(/^EdgeGists; hit; ttl=\d+$/);
    expect(seen.digest).toBe(stored.digest);
    expect(await shared.calls(list)).toBe(1);
  });

  test("two isolates that run at once share what either stored", async () => {
    const shared = await shareKv();
    const [one, other] = [await shared.start(), await shared.start()];
    const path = `${list}?per_page=1&since=${freshSince()}`;
    const stored = await ask(`${one.url}${path}`);
    // KV has no lease: a request before the write makes its own call.
    const seen = await expectEventually(async () => ask(`${other.url}${path}`));
    expect(seen.digest).toBe(stored.digest);
  });

  test("the purge of a gist deletes what other isolates stored below its address", async () => {
    const token = "purge-token-0123456789abcdef";
    const shared = await shareKv();
    const [one, asked] = [await shared.start(), await shared.start({ PURGE_TOKEN: token })];
    const paths = ["", "/commits", "/comments?page=2"].map((part) => `/gists/${notable.talkative}${part}`);
    const other = `/gists/${notable.revised}`;
    for (const path of [...paths, other]) await ask(`${one.url}${path}`);
    await expect.poll(shared.values).toBe(paths.length + 1);
    await one.stop();
    const purge = await fetch(`${asked.url}${paths[0]!}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}` },
    });
    expect(purge.status).toBe(204);
    const third = await shared.start();
    for (const path of paths) expect((await ask(`${third.url}${path}`)).cacheStatus, path).toMatch(/fwd=miss/);
    expect((await ask(`${third.url}${other}`)).cacheStatus).toMatch(/hit/);
  });

  test("a stale entry of another isolate is revalidated with its ETag, which is free", async () => {
    const shared = await shareKv();
    const first = await shared.start({ CACHE_TTL_SECONDS: "1", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0" });
    const path = `${list}?per_page=1&since=${freshSince()}`;
    await ask(`${first.url}${path}`);
    await expect.poll(shared.values).toBe(1);
    await first.stop();
    const second = await shared.start({ CACHE_TTL_SECONDS: "1", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0" });
    await expect.poll(async () => (await ask(`${second.url}${path}`)).cacheStatus).toMatch(/fwd=stale; fwd-status=304/);
  });
});

async function expectEventually(asks: () => ReturnType<typeof ask>) {
  let seen = await asks();
  await expect
    .poll(async () => (seen = await asks()).cacheStatus, { timeout: 5000 })
    .toMatch(/^EdgeGists; hit; ttl=\d+$/);
  return seen;
}
