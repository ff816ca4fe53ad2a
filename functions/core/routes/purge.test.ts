import { describe, expect, test } from "vitest";
import { createService, seen, start, type Service } from "../../../test/support/ports.ts";
import { createMemoryStore } from "../cache/store/memory.ts";
import type { Purge } from "../cache/store/store.ts";

const token = "purge-token-of-32-characters-0001";
const env = { PURGE_TOKEN: token, GITHUB_TOKEN: "good" };

const purge = ({ get }: Service, path: string, authorization?: string) =>
  get(path, { method: "DELETE", headers: authorization === undefined ? {} : { authorization } });

const isHit = async ({ get }: Service, path: string, accept = "*/*") =>
  (await get(path, { headers: { accept } })).headers.get("cache-status")?.includes("hit");

describe("DELETE", () => {
  test("does not exist without the setting, whatever token is sent", async () => {
    const service = createService();
    for (const authorization of [undefined, "Bearer ", "Bearer undefined", `Bearer ${token}`])
      expect((await purge(service, "/octocat", authorization)).status).toBe(405);
  });

  test("removes the resource by any of its addresses, in every media type, and no other", async () => {
    const service = createService({ env });
    const raw = "application/vnd.github.raw+json";
    for (const path of ["/octocat", "/octocat?page=2", "/hubot"]) await service.get(path);
    await service.get("/octocat", { headers: { accept: raw } });
    const dropped = await purge(service, "/users/OCTOCAT/gists?per_page=30", `Bearer ${token}`);
    expect([dropped.status, await dropped.text()]).toEqual([204, ""]);
    expect([await isHit(service, "/octocat"), await isHit(service, "/octocat", raw)]).toEqual([false, false]);
    expect([await isHit(service, "/octocat?page=2"), await isHit(service, "/hubot")]).toEqual([true, true]);
  });

  test("of a gist removes all of it, in every form and spelling, and the lists of its owner", async () => {
    const service = createService({ env });
    const id = "6cad326836d38bd3a7ae";
    const taken = [
      `/gists/${id}`,
      `/gists/${id}/commits?page=1`,
      `/gists/${id}/forks`,
      `/gists/${id}/comments`,
      `/gists/${id}/raw`,
      `/embed/${id}`,
      "/octocat",
      "/octocat?page=2",
      "/octocat?all=true",
      "/octocat.atom",
      "/users/octocat",
    ];
    const others = ["/gists/aa5a315d61ae9438b18d00000000c045", "/hubot", "/hubot?all=true"];
    const callsFor = async (paths: readonly string[]) => {
      const { length } = service.github.calls;
      for (const path of paths) expect((await service.get(path)).status, path).toBe(200);
      return service.github.calls.slice(length).map(({ path, query }) => `${path}${query}`);
    };
    const called = await callsFor(taken);
    for (const path of others) await service.get(path);
    expect(await callsFor(taken)).toEqual([]);
    const dropped = await purge(service, `/gists/${id.toUpperCase()}`, `Bearer ${token}`);
    expect(dropped.status).toBe(204);
    for (const path of others) expect(await isHit(service, path), path).toBe(true);
    expect(await callsFor(taken)).toEqual(called);
    expect(called.length).toBeGreaterThan(7);
  });

  test("of a part of a gist removes nothing else of it", async () => {
    const service = createService({ env });
    const paths = ["", "/commits", "/comments"].map((rest) => `/gists/6cad326836d38bd3a7ae${rest}`);
    for (const path of paths) await service.get(path);
    expect((await purge(service, paths[1]!, `Bearer ${token}`)).status).toBe(204);
    const hits = [];
    for (const path of paths) hits.push(await isHit(service, path));
    expect(hits).toEqual([true, false, true]);
  });

  test("removes all pages of which all=true is made, and no page of another size", async () => {
    const service = createService({ env });
    const paths = ["/octocat?per_page=100", "/octocat?per_page=100&page=2", "/octocat"];
    for (const path of ["/octocat?all=true", ...paths]) await service.get(path);
    expect((await purge(service, "/octocat?all=true", `Bearer ${token}`)).status).toBe(204);
    const hits = [];
    for (const path of paths) hits.push(await isHit(service, path));
    expect(hits).toEqual([false, false, true]);
  });

  test.each([
    undefined,
    "",
    token,
    `Basic ${token}`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token}0`,
    `Bearer ${token.toUpperCase()}`,
    "Bearer good",
  ])("with the Authorization %s is refused, and removes nothing", async (authorization) => {
    const service = createService({ env });
    await service.get("/octocat");
    const refused = await seen(await purge(service, "/octocat", authorization));
    expect(refused.status).toBe(401);
    expect(JSON.parse(refused.body)).toMatchObject({ status: "401", message: expect.any(String) });
    expect(Object.fromEntries(refused.headers)["www-authenticate"]).toBe("Bearer");
    expect(JSON.stringify([refused, service.log])).not.toContain(token);
    expect(await isHit(service, "/octocat")).toBe(true);
  });

  test.each(["bearer", "BEARER "])("accepts the scheme's name as %j", async (scheme) => {
    expect((await purge(createService({ env }), "/octocat", `${scheme} ${token}`)).status).toBe(204);
  });

  test("of an impossible resource is 404 or 422, and never reaches GitHub", async () => {
    const service = createService({ env });
    expect((await purge(service, "/_octocat", `Bearer ${token}`)).status).toBe(404);
    expect((await purge(service, "/octocat?page=x", `Bearer ${token}`)).status).toBe(422);
    expect((await purge(service, "/octocat", `Bearer ${token}`)).status).toBe(204);
    expect(service.github.calls).toEqual([]);
  });

  test("without the shared tier's confirmation is 503, and takes effect in this process nevertheless", async () => {
    const store = createMemoryStore({ maxEntries: 10, maxBytes: 2 ** 20, now: () => start });
    const purgeHere = async (purge: Purge) => (await store.purge(purge)) && false;
    const service = createService({ env, ports: { store: { ...store, purge: purgeHere } } });
    await service.get("/octocat");
    const refused = await purge(service, "/octocat", `Bearer ${token}`);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({
      status: "503",
      message: expect.stringMatching(/^Dropped from this process, .* shared cache did not confirm/),
      documentation_url: expect.any(String),
    });
    expect(service.log.map(({ message }) => message)).toContain("purged here, but not in the shared cache");
    expect(service.log.map(({ message }) => message)).not.toContain("purged");
    expect(await isHit(service, "/octocat")).toBe(false);
  });
});
