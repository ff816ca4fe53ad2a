import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { notable } from "../../../stand-in/octocat.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { callsOf, type Form, purge, startReplicas, visit } from "../support/purging.ts";

const id = notable.talkative;
const media = (type: string) => ({ accept: `application/vnd.github.${type}+json` });

/** Time after the 204 in which every replica has dropped what is purged, in milliseconds. */
const reach = 100;

/** Every form of the gist, in several spellings. */
function toForms(sha: string, file: string): Form[] {
  return [
    `/gists/${id}`,
    `/gists/${id.toUpperCase()}`,
    [`/gists/${id}`, media("raw")],
    [`/gists/${id}`, media("base64")],
    [`/gists/${id}`, { "x-github-api-version": "2026-03-10" }],
    [`/gists/${id}`, { "accept-encoding": "gzip" }],
    `/gists/${id}/${sha}`,
    `/gists/${id.toUpperCase()}/${sha.toUpperCase()}`,
    `/gists/${id}/commits`,
    `/gists/${id}/commits?per_page=5&page=1`,
    `/gists/${id}/commits?page=1&per_page=5`,
    `/gists/${id}/forks`,
    `/gists/${id}/comments`,
    `/gists/${id}/comments?page=2`,
    [`/gists/${id}/comments`, media("html")],
    `/gists/${id}/comments/5000001`,
    `/gists/${id}/raw`,
    `/gists/${id}/raw/${file}`,
    `/gists/${id}/${sha}/raw`,
    `/embed/${id}`,
    `/embed/${id}/${sha}`,
    "/octocat",
    "/Octocat?per_page=30&page=1",
    "/users/octocat/gists?per_page=100",
    ["/octocat", media("raw")],
    "/octocat?all=true",
    ["/octocat?all=true", { accept: "application/x-ndjson" }],
    ["/octocat", { accept: "application/atom+xml" }],
    "/octocat.atom",
    "/gists/public?per_page=5",
    "/gists?per_page=5",
    "/gists/public.atom?per_page=5",
  ];
}

async function start() {
  const fleet = await startReplicas(3);
  const { github, pods } = fleet;
  // The first of the public gists, with this description.
  await github.edit(id, { description: "from before" });
  const gist = JSON.parse((await visit(pods[0]!, `/gists/${id}`)).text) as {
    history: { version: string }[];
    files: Record<string, unknown>;
  };
  const forms = toForms(gist.history[0]!.version, Object.keys(gist.files)[0]!);
  const warm = async () => {
    for (const pod of pods) {
      for (const form of forms) await visit(pod, form);
      // Again, for the fast path.
      for (const form of forms) expect((await visit(pod, form)).cacheStatus, String(form)).toMatch(/hit/);
    }
  };
  return { ...fleet, forms, warm };
}

describe.runIf(hasRedis())("the purge of a gist", () => {
  test("takes every form of it from every replica, whichever was asked", async () => {
    const { pods, forms, warm, github, ...fleet } = await start();
    await purge(pods[0]!, `/gists/${id}`);
    await sleep(reach);
    const all = await callsOf({ github }, warm);
    expect(all.size).toBeGreaterThan(15);
    for (const [turn, other] of pods.entries()) {
      const asked = pods[(turn + 1) % pods.length]!;
      await github.edit(id, { description: `edit ${turn}` });
      expect((await purge(asked, `/gists/${id}`)).status).toBe(204);
      await sleep(reach);
      const visits: Awaited<ReturnType<typeof visit>>[] = [];
      const made = await callsOf({ github }, async () => {
        for (const form of forms) visits.push(await visit(other, form));
      });
      for (const { status, text } of visits) {
        expect(status).toBe(200);
        expect(text).not.toMatch(turn === 0 ? /from before/ : new RegExp(`edit ${turn - 1}"`));
      }
      expect(
        [...all].filter((name) => !made.has(name)),
        "served without a call",
      ).toEqual([]);
      await warm();
    }
    const told = () =>
      fleet.cluster.logged('"replicas have dropped what was purged"').map((line) => JSON.parse(line).replicas);
    await expect.poll(told).toEqual([3, 3, 3, 3]);
    expect(await fleet.cluster.metric("cache_purges_total", { source: "request" })).toBe(4);
    expect(await fleet.cluster.metric("cache_purges_total", { source: "replica" })).toBe(8);
  });

  test(`ends hits of the other replicas within ${reach} ms of the 204`, async () => {
    const { pods, warm, github } = await start();
    const path = `/gists/${id}`;
    await warm();
    for (let round = 0; round < 5; round += 1) {
      await github.edit(id, { description: `round ${round}` });
      let end: number | undefined;
      const over = new AbortController();
      const latest = await Promise.all([
        ...pods.slice(1).map(async (pod) => {
          let last = 0;
          while (!over.signal.aborted) {
            const at = performance.now();
            const { text } = await visit(pod, path);
            if (!text.includes(`round ${round}"`) && end !== undefined) last = Math.max(last, at - end);
          }
          return last;
        }),
        purge(pods[0]!, path).then(async ({ status }) => {
          end = performance.now();
          expect(status).toBe(204);
          await sleep(3 * reach);
          over.abort();
          return 0;
        }),
      ]);
      expect(Math.max(...latest), "age of the purge at the last request that got the old gist").toBeLessThan(reach);
    }
  });

  test("takes nothing else: other gists, users and lists stay", async () => {
    const { pods, github } = await startReplicas(2);
    const others = [`/gists/${notable.revised}`, "/hubot", "/users/hubot", "/hubot?all=true"];
    for (const pod of pods) for (const path of [`/gists/${id}`, ...others]) await visit(pod, path);
    expect((await purge(pods[0]!, `/gists/${id}`)).status).toBe(204);
    await sleep(reach);
    const made = await callsOf({ github }, async () => {
      for (const pod of pods) for (const path of others) await visit(pod, path);
    });
    expect([...made]).toEqual([]);
  });

  test("takes it where another gist shows it: a fork from its parent's list", async () => {
    const { pods, github } = await startReplicas(2);
    const list = `/gists/${notable.forked}/forks?per_page=5`;
    const forks = JSON.parse((await visit(pods[1]!, list)).text) as { id: string }[];
    expect((await purge(pods[0]!, `/gists/${forks[2]!.id}`)).status).toBe(204);
    await sleep(reach);
    expect((await callsOf({ github }, () => visit(pods[1]!, list))).size).toBe(1);
  });

  test("takes lists in Redis that no replica has in memory, where nothing is known of the gist", async () => {
    const { pods, github } = await startReplicas(4);
    const [first, asked, late] = pods;
    const list = `/octocat?per_page=100&since=2020-01-01T00:00:00Z`;
    const { text } = await visit(first!, list);
    expect(text).toContain(id);
    await expect.poll(async () => (await visit(late!, list)).cacheStatus).toMatch(/hit/);
    await first!.stop();
    await late!.stop();
    expect((await purge(asked!, `/gists/${id}`)).status).toBe(204);
    const made = await callsOf({ github }, async () => {
      expect((await visit(pods[3]!, list)).cacheStatus).toMatch(/fwd=miss/);
      expect((await visit(asked!, list)).cacheStatus, "the new one is shared").toMatch(/hit/);
    });
    expect(made.size).toBe(1);
  });

  test.each([
    ["that knows it", true],
    ["that knows nothing of it", false],
  ])("asked of a replica %s: a call for a list that is under way is stored nowhere", async (_, isKnown) => {
    const { pods, github, cluster } = await startReplicas(3);
    const [asked, calling, third] = pods;
    const list = `/octocat?per_page=100&since=${freshSince()}`;
    if (isKnown) await visit(asked!, `/gists/${id}`);
    await github.edit(id, { description: "from before" });
    await github.fault({ kind: "latency", ms: 1000, path: "/users/octocat/", times: 1 });
    const calls = () => cluster.calls("/users/octocat/gists");
    const before = visit(calling!, list);
    await expect.poll(calls).toBe(1);
    expect((await purge(asked!, `/gists/${id}`)).status).toBe(204);
    await github.edit(id, { description: "from after" });
    await sleep(reach);
    const joined = visit(calling!, list);
    expect((await before).cacheStatus).not.toMatch(/stored/);
    expect((await joined).text, "who comes after the purge").not.toContain("from before");
    for (const pod of [third!, calling!, asked!]) expect((await visit(pod, list)).text).not.toContain("from before");
    expect(await calls(), "one that was purged, and one for all").toBeLessThanOrEqual(3);
  });
});

describe.runIf(hasRedis())("the purge of a user", () => {
  test("takes the profile and all lists from every replica, and no gist", async () => {
    const { pods, github } = await startReplicas(2);
    const taken = ["/users/octocat", "/octocat", "/octocat?page=2", "/octocat?per_page=100"];
    for (const pod of pods) for (const path of [...taken, `/gists/${id}`]) await visit(pod, path);
    expect((await purge(pods[0]!, "/users/Octocat")).status).toBe(204);
    await sleep(reach);
    const made = await callsOf({ github }, async () => {
      for (const path of [...taken, `/gists/${id}`]) await visit(pods[1]!, path);
    });
    expect(made.size).toBe(taken.length);
  });

  test("of one page of a list reaches every replica, and takes no other page", async () => {
    const { pods, github } = await startReplicas(2);
    for (const pod of pods) for (const path of ["/octocat", "/octocat?page=2"]) await visit(pod, path);
    expect((await purge(pods[0]!, "/users/octocat/gists?page=2")).status).toBe(204);
    await sleep(reach);
    const made = await callsOf({ github }, async () => {
      for (const path of ["/octocat", "/octocat?page=2"]) await visit(pods[1]!, path);
    });
    expect([...made].map((name) => name.split(" ")[0])).toEqual(["/users/octocat/gists?page=2&per_page=30"]);
  });
});
