import { describe, expect, test } from "vitest";
import { freshName, freshSince } from "./support/fresh.ts";
import { cacheStatus } from "./support/headers.ts";
import { useService } from "./support/service.ts";
import { bySince, standIn } from "./support/stand-in.ts";

const service = useService();

/** Concurrent requests: the responses' status and cache outcome. */
async function together(path: string, count: number) {
  const responses = await Promise.all(Array.from({ length: count }, () => service.get(path)));
  const bodies = await Promise.all(responses.map((response) => response.text()));
  return { responses, bodies };
}

describe("requests at once for one thing", () => {
  test("fifty make one call", async () => {
    const since = freshSince();
    await standIn(service).fault({ kind: "latency", ms: 300 });
    const { responses, bodies } = await together(`/octocat?since=${since}`, 50);
    await standIn(service).fault();
    expect(responses.map((response) => response.status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(new Set(bodies).size, "all have the same body").toBe(1);
    const calls = await standIn(service).calls(bySince(since));
    expect(calls).toHaveLength(1);
    const statuses = responses.map(cacheStatus);
    expect(
      statuses.filter((status) => status.stored),
      "one of them asked",
    ).toHaveLength(1);
    const waited = statuses.filter((status) => status.collapsed);
    expect(waited.length, "who came meanwhile says so").toBeGreaterThan(0);
    expect(waited[0]).toMatchObject({ cache: "EdgeGists", fwd: "miss", "fwd-status": 200, collapsed: true });
  });

  test("for a name that is unknown too", async () => {
    const name = freshName();
    await standIn(service).fault({ kind: "latency", ms: 200 });
    const { responses } = await together(`/${name}`, 20);
    await standIn(service).fault();
    expect(responses.every((response) => response.status === 404)).toBe(true);
    expect(await standIn(service).calls((call) => call.path === `/users/${name}/gists`)).toHaveLength(1);
  });

  test("a client that goes away takes nothing from those who wait", async () => {
    const path = `/octocat?since=${freshSince()}`;
    await standIn(service).fault({ kind: "latency", ms: 400 });
    const leaver = new AbortController();
    const left = service.get(path, { signal: leaver.signal }).then(
      () => "answered",
      () => "left",
    );
    const stays = service.get(path);
    setTimeout(() => leaver.abort(), 100);
    expect(await left).toBe("left");
    const answer = await stays;
    await standIn(service).fault();
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as unknown[]).length).toBe(30);
  });

  test("a failure is everyone's, and is not kept", async () => {
    const path = `/octocat?since=${freshSince()}`;
    await standIn(service).fault({ kind: "status", status: 500 });
    const { responses } = await together(path, 10);
    await standIn(service).fault();
    expect(new Set(responses.map((response) => response.status))).toEqual(new Set([502]));
    expect((await service.get(path)).status, "the next request asks again").toBe(200);
  });

  test("different things are asked side by side", async () => {
    await standIn(service).fault({ kind: "latency", ms: 500 });
    const started = performance.now();
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => service.get(`/octocat?since=${freshSince()}`)),
    );
    const took = performance.now() - started;
    await standIn(service).fault();
    expect(responses.every((response) => response.status === 200)).toBe(true);
    expect(took, "ten calls of 500 ms, at once").toBeLessThan(3500);
  });
});
