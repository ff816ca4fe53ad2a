import { describe, expect, test } from "vitest";
import { expectLocalError } from "../contract/support/errors.ts";
import { freshSince } from "../contract/support/fresh.ts";
import { cacheStatus } from "../contract/support/headers.ts";
import { useService, type Service } from "../contract/support/service.ts";
import { bySince, standIn } from "../contract/support/stand-in.ts";
import { notable } from "../../stand-in/octocat.ts";

const token = "purge-token-0123456789abcdef";

function purge(service: Service, path: string, authorization?: string): Promise<Response> {
  return service.get(path, { method: "DELETE", ...(authorization !== undefined && { headers: { authorization } }) });
}

/** Sends requests until the response comes from the cache. */
async function expectKept(service: Service, path: string): Promise<void> {
  await service.get(path);
  expect(cacheStatus(await service.get(path)).hit, path).toBe(true);
}

describe("DELETE of a resource with PURGE_TOKEN", () => {
  const service = useService({ PURGE_TOKEN: token });

  test("drops it, and nothing else", async () => {
    const since = freshSince();
    const [path, other] = [`/octocat?per_page=1&since=${since}`, `/octocat?per_page=2&since=${since}`];
    await expectKept(service, path);
    await expectKept(service, other);
    const dropped = await purge(service, path, `Bearer ${token}`);
    expect([dropped.status, await dropped.text()]).toEqual([204, ""]);
    expect(dropped.headers.get("cache-control")).toBe("no-store");
    expect(cacheStatus(await service.get(path))).toMatchObject({ fwd: "miss", stored: true });
    expect(cacheStatus(await service.get(other)).hit).toBe(true);
    expect(await standIn(service).calls(bySince(since))).toHaveLength(3);
  });

  test("removes a stale response too: it is not sent if GitHub fails", async () => {
    const path = `/octocat?per_page=1&since=${freshSince()}`;
    await expectKept(service, path);
    expect((await purge(service, path, `Bearer ${token}`)).status).toBe(204);
    await standIn(service).fault({ kind: "status", status: 500 });
    try {
      await expectLocalError(await service.get(path), 502);
    } finally {
      await standIn(service).fault();
    }
  });

  test("during a call to GitHub: its response is not stored, and later requests do not wait for it", async () => {
    const since = freshSince();
    const path = `/octocat?per_page=1&since=${since}`;
    const { calls, fault } = standIn(service);
    const made = async () => (await calls(bySince(since))).length;
    await fault({ kind: "latency", ms: 1000, path: "/users/octocat/", times: 1 });
    const before = service.get(path);
    await expect.poll(made).toBe(1);
    expect((await purge(service, path, `Bearer ${token}`)).status).toBe(204);
    expect(cacheStatus(await service.get(path))).toMatchObject({ fwd: "miss", stored: true });
    expect(await made()).toBe(2);
    const late = await before;
    expect(late.status).toBe(200);
    expect(cacheStatus(late)).not.toHaveProperty("stored");
    expect(cacheStatus(await service.get(path)).hit).toBe(true);
  });

  test("of a gist: takes what is below its address, its files, and its owner's lists", async () => {
    const id = notable.forked;
    const since = freshSince();
    const list = `/octocat?per_page=2&since=${since}`;
    const other = `/hubot?per_page=1&since=${since}`;
    const parts = ["", "/commits", "/forks", "/comments", "/raw"].map((part) => `/gists/${id}${part}`);
    for (const path of [...parts, list, other]) await service.get(path);
    expect((await purge(service, `/gists/${id.toUpperCase()}`, `Bearer ${token}`)).status).toBe(204);
    const { calls } = standIn(service);
    const before = (await calls()).length;
    for (const path of [...parts, list]) await service.get(path);
    expect((await calls()).slice(before).map(({ path }) => path)).toEqual([
      ...parts.slice(0, -1),
      "/users/octocat/gists",
    ]);
    expect(cacheStatus(await service.get(other)).hit).toBe(true);
  });

  test("what is not kept is dropped as well, without asking GitHub", async () => {
    const since = freshSince();
    const path = `/octocat?per_page=1&since=${since}`;
    expect((await purge(service, path, `Bearer ${token}`)).status).toBe(204);
    expect(await standIn(service).calls(bySince(since))).toHaveLength(0);
  });

  test.each([
    ["none", undefined],
    ["another", "Bearer purge-token-0123456789abcdeF"],
    ["the beginning of it", `Bearer ${token.slice(0, -1)}`],
    ["another scheme", `Basic ${token}`],
    ["GitHub's own", "Bearer good-contract-3f9a1c"],
  ])("with a wrong token (%s) is 401, and drops nothing", async (_what, authorization) => {
    const path = `/octocat?per_page=1&since=${freshSince()}`;
    await expectKept(service, path);
    await expectLocalError(await purge(service, path, authorization), 401);
    expect(cacheStatus(await service.get(path)).hit).toBe(true);
  });
});

describe("DELETE without PURGE_TOKEN", () => {
  const service = useService();

  test.each([undefined, `Bearer ${token}`, "Bearer ", "Bearer undefined"])("is 405 (%s)", async (authorization) => {
    const path = `/octocat?per_page=1&since=${freshSince()}`;
    await expectKept(service, path);
    await expectLocalError(await purge(service, path, authorization), 405);
    expect(cacheStatus(await service.get(path)).hit).toBe(true);
  });
});
