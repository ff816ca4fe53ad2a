import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createGitHub } from "./app.ts";
import { createClient, type Client } from "./client.ts";
import { notable } from "./octocat.ts";
import { serveGitHub, type Served } from "./serve.ts";

const path = "/users/octocat/gists";
const headers = { "user-agent": "test" };

let served: Served;
let client: Client;
beforeAll(async () => {
  served = await serveGitHub(createGitHub());
  client = createClient(served.url);
});
beforeEach(() => client.reset());
afterAll(() => served.close());

const get = (where = path, more: RequestInit = {}) =>
  fetch(served.url + where, { headers, redirect: "manual", ...more });

/** The bytes from the socket, unlike fetch's view of them. */
function raw(
  target: string,
  more: Record<string, string> = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; bytes: number; whole: boolean }> {
  return new Promise((resolve, reject) => {
    const sent = request(served.url + target, { headers: { ...headers, ...more } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.on("error", () => undefined);
      answer.on("close", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, whole: answer.complete }),
      );
    });
    sent.on("error", reject).end();
  });
}

describe("a stand-in over HTTP", () => {
  it("answers, with Links to itself", async () => {
    const answer = await get();
    expect(answer.headers.get("link")).toContain(`<${served.url}/user/583231/gists?page=2>; rel="next"`);
    expect(await answer.json()).toHaveLength(30);
  });

  it("compresses for those who accept it, with one ETag for both", async () => {
    const [plain, gzip] = [await raw(path), await raw(path, { "accept-encoding": "gzip" })];
    expect([plain.headers["content-encoding"], gzip.headers["content-encoding"]]).toEqual([undefined, "gzip"]);
    expect(gzip.bytes).toBeLessThan(plain.bytes / 5);
    expect(gzip.headers["etag"]).toBe(plain.headers["etag"]);
  });

  it("is not driven by a page: browsers say where a change comes from", async () => {
    const change = (headers: Record<string, string>) =>
      fetch(`${served.url}/_standin/faults`, { method: "POST", headers, body: JSON.stringify({ kind: "html" }) });
    for (const origin of ["http://evil.example", "null", served.url])
      expect((await change({ origin, "content-type": "text/plain" })).status, origin).toBe(403);
    expect(await client.faults()).toEqual([]);
    expect((await change({})).status).toBe(200);
  });

  it("answers HEAD without a body", async () => {
    const answer = await get(path, { method: "HEAD" });
    expect(Number(answer.headers.get("content-length"))).toBeGreaterThan(10_000);
    expect(await answer.text()).toBe("");
  });

  it("cuts, resets and hangs on the socket", async () => {
    await client.fault({ kind: "cut", times: 2 });
    const cut = await raw(path);
    expect([cut.status, cut.whole]).toEqual([200, false]);
    expect(cut.bytes).toBe(Math.floor(Number(cut.headers["content-length"]) / 2));
    await expect(get().then((answer) => answer.text())).rejects.toThrow("terminated");
    await client.fault({ kind: "reset", times: 1 });
    await expect(get()).rejects.toThrow("fetch failed");
    await client.fault({ kind: "hang", times: 1 });
    await expect(get(path, { signal: AbortSignal.timeout(50) })).rejects.toThrow("timeout");
    await expect.poll(async () => (await client.counters()).inFlight).toBe(0);
    expect((await client.counters()).byStatus["0"]).toBe(4);
  });

  it("refuses connections for a while", async () => {
    await client.refuse(300);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(get()).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: "ECONNREFUSED" }) }),
    );
    await expect
      .poll(
        () =>
          get().then(
            (answer) => answer.status,
            () => 0,
          ),
        { timeout: 3000 },
      )
      .toBe(200);
  });

  it("gives malformed JSON whole, compressed or not", async () => {
    await client.fault({ kind: "malformed", times: 1 });
    const text = await (await get()).text();
    expect(text).toMatch(/^\[\{/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it("redirects", async () => {
    await client.fault({ kind: "redirect", status: 307, times: 1 });
    expect((await get()).headers.get("location")).toBe(`${served.url}/user/583231/gists`);
  });

  it("refuses faults that it does not know", async () => {
    await expect(client.fault({ kind: "explode" } as never)).rejects.toThrow("422");
    expect(await client.faults()).toEqual([]);
  });

  it("stalls in the body until the client gives up", async () => {
    await client.fault({ kind: "drip", ms: 60_000, bytes: 100, times: 1 });
    const answer = await get(path, { signal: AbortSignal.timeout(1000) });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow("timeout");
  });

  it("logs calls, without those of its control", async () => {
    await get("/gists/public?page=2");
    await get("/users/nobody/gists");
    expect((await client.calls()).map(({ method, path, query, status }) => ({ method, path, query, status }))).toEqual([
      { method: "GET", path: "/gists/public", query: "?page=2", status: 200 },
      { method: "GET", path: "/users/nobody/gists", query: "", status: 404 },
    ]);
    expect((await client.calls("/users"))[0]?.headers).toMatchObject(headers);
    await client.forget();
    expect(await client.counters()).toMatchObject({ total: 0, byPath: {}, maxInFlight: 0 });
  });

  it("steps its clock and sets limits", async () => {
    await client.limit({ who: "anonymous", limit: 3 });
    for (let n = 0; n < 3; n++) expect((await get()).status).toBe(200);
    expect((await get()).status).toBe(403);
    await client.step(3_600_000);
    expect((await get()).status).toBe(200);
  });

  it("dates a gist, its commits, forks and each comment, and no list of gists or comments", async () => {
    const dateOf = async (target: string) => (await get(target)).headers.get("last-modified");
    const gist = (await (await get(`/gists/${notable.talkative}`)).json()) as { updated_at: string };
    const edited = new Date(gist.updated_at).toUTCString();
    for (const below of ["", "/commits", "/forks"])
      expect(await dateOf(`/gists/${notable.talkative}${below}`), below).toBe(edited);
    for (const list of [path, "/gists/public", `/gists/${notable.talkative}/comments`])
      expect(await dateOf(list), list).toBeNull();
    const [comment] = (await (await get(`/gists/${notable.talkative}/comments`)).json()) as {
      id: number;
      updated_at: string;
    }[];
    const said = new Date(comment?.updated_at ?? "").toUTCString();
    expect(await dateOf(`/gists/${notable.talkative}/comments/${comment?.id}`)).toBe(said);
  });

  it("counts a comment without dating its gist", async () => {
    const read = async () => {
      const answer = await get(`/gists/${notable.blank}`);
      return { date: answer.headers.get("last-modified"), body: (await answer.json()) as { comments: number } };
    };
    const before = await read();
    await client.edit(notable.blank, { comment: "So it is" });
    const after = await read();
    expect(after.body.comments).toBe(before.body.comments + 1);
    expect(after.date).toBe(before.date);
    await client.reset();
  });

  it("lets data be edited, added and removed, and brought back", async () => {
    await client.edit(notable.blank, { description: "not blank", files: { "new.txt": "new" } });
    expect(await (await get(`/gists/${notable.blank}`)).json()).toMatchObject({
      description: "not blank",
      files: { "new.txt": { content: "new" } },
    });
    await client.add("empty-handed", "feedfacefeedface", { description: "first", files: { "a.md": "# a" } });
    expect(await (await get("/users/empty-handed/gists")).json()).toMatchObject([
      { id: "feedfacefeedface", description: "first" },
    ]);
    await client.remove(notable.blank);
    await client.removeUser("hubot");
    expect((await get(`/gists/${notable.blank}`)).status).toBe(404);
    expect((await get("/users/hubot/gists")).status).toBe(404);
    await client.reset();
    expect((await get("/users/hubot/gists")).status).toBe(200);
    await expect(client.edit("0", {})).rejects.toThrow("404");
  });
});
