import { describe, expect, it } from "vitest";
import { createGitHub } from "./app.ts";
import { notable } from "./octocat.ts";

type Body = {
  id: string;
  description: string | null;
  truncated: boolean;
  public: boolean;
  files: Record<string, { size: number; truncated: boolean; content?: string; encoding: string; raw_url: string }>;
};

const github = createGitHub();
const get = async <T>(path: string) =>
  (await (
    await github.fetch(`https://api.github.com${path}`, {
      headers: { "user-agent": "test", authorization: "token good" },
    })
  ).json()) as T;
const all = async (path: string, pages: number) =>
  (
    await Promise.all(Array.from({ length: pages }, (_, n) => get<Body[]>(`${path}?per_page=100&page=${n + 1}`)))
  ).flat();

describe("data", () => {
  it("are the same each time", async () => {
    const other = createGitHub();
    const texts = await Promise.all(
      [github, other].map(async (one) =>
        (await one.fetch("https://api.github.com/gists/public", { headers: { "user-agent": "test" } })).text(),
      ),
    );
    expect(texts[0]).toBe(texts[1]);
  });

  it("octocat has 130 public gists, of many kinds", async () => {
    const gists = await all("/users/octocat/gists", 2);
    expect(gists).toHaveLength(130);
    const descriptions = gists.map((gist) => gist.description);
    expect(descriptions).toContain(null);
    expect(descriptions).toContain("");
    expect(descriptions.some((text) => /[\u0590-\u05ff]/.test(text ?? ""))).toBe(true);
    expect(descriptions.some((text) => /\p{Extended_Pictographic}/u.test(text ?? ""))).toBe(true);
    expect(gists.every((gist) => Object.values(gist.files).every((file) => file.content === undefined))).toBe(true);
  });

  it("the secret gist is in the list of its owner only", async () => {
    const ids = async (path: string, pages: number) => (await all(path, pages)).map((gist) => gist.id);
    expect(await ids("/users/octocat/gists", 2)).not.toContain(notable.secret);
    expect(await ids("/user/583231/gists", 2)).not.toContain(notable.secret);
    expect(await ids("/gists/public", 30)).not.toContain(notable.secret);
    expect(await ids("/gists", 2)).toContain(notable.secret);
  });

  it("files are whole up to a megabyte, and cut after it", async () => {
    const large = Object.values((await get<Body>(`/gists/${notable.large}`)).files)[0];
    expect(large).toMatchObject({ size: 1_000_000, truncated: false });
    expect(large?.content).toHaveLength(1_000_000);
    const { files } = await get<Body>(`/gists/${notable.truncated}`);
    expect(files["big.csv"]).toMatchObject({ size: 2_400_000, truncated: true });
    expect(files["big.csv"]?.content).toHaveLength(1024 * 1024);
    expect(files["README.md"]).toMatchObject({ truncated: false, content: "# Logs\n" });
    for (const behind of ["huge.json", "small.txt"])
      expect(files[behind]).toMatchObject({ size: expect.any(Number), truncated: true, content: "" });
  });

  it("a gist shows 300 files at most", async () => {
    const [many, tooMany] = [
      await get<Body>(`/gists/${notable.manyFiles}`),
      await get<Body>(`/gists/${notable.tooManyFiles}`),
    ];
    expect([Object.keys(many.files).length, many.truncated]).toEqual([40, false]);
    expect([Object.keys(tooMany.files).length, tooMany.truncated]).toEqual([300, true]);
  });

  it("hostile names survive as they are", async () => {
    const { files, description } = await get<Body>(`/gists/${notable.hostile}`);
    expect(description).toContain("<script>");
    expect(Object.keys(files)).toContain("__proto__");
    expect(Object.hasOwn(files, "__proto__")).toBe(true);
  });

  it("sizes are the bytes of the content", async () => {
    for (const id of [notable.forked, notable.hostile, notable.binary, notable.rightToLeft, notable.revised]) {
      for (const file of Object.values((await get<Body>(`/gists/${id}`)).files)) {
        const encoding = file.encoding === "base64" ? "base64" : "utf8";
        expect(Buffer.from(file.content ?? "", encoding).length, id).toBe(file.size);
      }
    }
  });

  it("revisions, forks and comments are as many as promised", async () => {
    const count = async (path: string) => (await get<unknown[]>(`${path}?per_page=100`)).length;
    expect(await count(`/gists/${notable.revised}/commits`)).toBe(60);
    expect(await count(`/gists/${notable.forked}/forks`)).toBe(36);
    expect(await count(`/gists/${notable.talkative}/comments`)).toBe(45);
    expect((await get<{ comments: number }>(`/gists/${notable.talkative}`)).comments).toBe(45);
  });

  it("ids are found in any case", async () => {
    expect((await get<Body>(`/gists/${notable.letters.toUpperCase()}`)).id).toBe(notable.letters);
  });

  it("synthetic users exist if they are switched on", async () => {
    const soak = createGitHub({ synthetic: true });
    const read = (path: string) => soak.fetch(`https://api.github.com${path}`, { headers: { "user-agent": "test" } });
    const gists = (await (await read("/users/Synthetic-123456/gists")).json()) as Body[];
    expect(gists).toHaveLength(2);
    expect((await read(`/gists/${gists[1]?.id}`)).status).toBe(200);
    expect((await read("/user/2000123456/gists")).status).toBe(200);
    expect((await read("/users/synthetic-01/gists")).status).toBe(404);
    expect(await get("/users/synthetic-123456/gists")).toMatchObject({ status: "404" });
  });

  it("nothing is newer than the time of writing", async () => {
    const times = (await all("/gists/public", 30)).map(
      (gist) => (gist as unknown as { updated_at: string }).updated_at,
    );
    expect(times.toSorted().at(-1) ?? "").toMatch(/^2026-(0|1[01])/);
    expect(times).toEqual(times.toSorted().toReversed());
  });
});
