import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { freshSince } from "../contract/support/fresh.ts";
import { cacheStatus } from "../contract/support/headers.ts";
import { useService } from "../contract/support/service.ts";
import { bySince, standIn } from "../contract/support/stand-in.ts";

const service = useService({ UPSTREAM_RETRIES: "0" });
const calls = async (since: string) => (await standIn(service).calls(bySince(since))).length;

afterEach(() => standIn(service).fault());

/** Sends a request and resets the connection once GitHub was called; no byte of a response is read. */
async function leave(path: string, since: string): Promise<void> {
  const { hostname, port } = new URL(service.url);
  const socket = connect({ host: hostname, port: Number(port) }).on("error", () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  await expect.poll(() => calls(since), { interval: 10 }).toBe(1);
  socket.resetAndDestroy();
}

describe("a client that goes away while GitHub is asked", () => {
  test("takes nothing from those who came after it: one call for all", async () => {
    const since = freshSince();
    const path = `/octocat?per_page=1&since=${since}`;
    await standIn(service).fault({ kind: "latency", ms: 800 });
    const left = leave(path, since);
    await expect.poll(() => calls(since), { interval: 10 }).toBe(1);
    const followers = [service.get(path), service.get(path), service.get(path)];
    await left;
    const responses = await Promise.all(followers);
    expect(responses.map((response) => response.status)).toEqual([200, 200, 200]);
    expect(responses.map((response) => cacheStatus(response).collapsed)).toEqual([true, true, true]);
    expect(await calls(since)).toBe(1);
  });

  test("alone, leaves its response in the cache: the call was made anyway", async () => {
    const since = freshSince();
    const path = `/octocat?per_page=1&since=${since}`;
    await standIn(service).fault({ kind: "latency", ms: 500 });
    await leave(path, since);
    // Once kept it is a hit; asked for before that, it is waited for.
    const response = await service.get(path);
    expect(response.status).toBe(200);
    expect((await response.json()) as unknown[]).toHaveLength(1);
    expect(cacheStatus(await service.get(path)).hit).toBe(true);
    expect(await calls(since)).toBe(1);
  });

  test("and no other request follows: the response is cached nevertheless", async () => {
    const since = freshSince();
    const path = `/octocat?per_page=1&since=${since}`;
    await standIn(service).fault({ kind: "latency", ms: 300 });
    await leave(path, since);
    const done = async () => (await standIn(service).calls(bySince(since)))[0]?.status;
    await expect.poll(done).toBe(200);
    await standIn(service).fault();
    await expect.poll(async () => cacheStatus(await service.get(path)).hit).toBe(true);
    expect(await calls(since)).toBe(1);
  });
});
