import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAssets } from "./assets.ts";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "edge-gists-")), "web");
  await mkdir(join(folder, "inner"), { recursive: true });
  await writeFile(join(folder, "docs.html"), "<p>docs");
  await writeFile(join(folder, "data.bin"), "?");
  await writeFile(join(folder, "../secret.html"), "secret");
  await writeFile(join(folder, "inner/page.html"), "inner");
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

describe("assets", () => {
  test("are the folder's files with their types", async () => {
    const asset = createAssets(folder);
    const docs = await asset("docs.html");
    expect([new TextDecoder().decode(docs?.body), docs?.contentType]).toEqual(["<p>docs", "text/html; charset=utf-8"]);
    expect((await asset("data.bin"))?.contentType).toBe("application/octet-stream");
  });

  test.each([
    "../secret.html",
    "..",
    ".",
    "",
    "/etc/hosts",
    "inner",
    "inner/page.html",
    "docs.html/",
    "./docs.html",
    "DOCS.HTML",
    "docs.html\u0000",
    "__proto__",
  ])("are not found by other names: %j", async (name) => {
    expect(await createAssets(folder)(name)).toBeUndefined();
  });

  test("are read once", async () => {
    const asset = createAssets(folder);
    const first = await asset("docs.html");
    await writeFile(join(folder, "docs.html"), "changed");
    expect(await asset("docs.html")).toBe(first);
  });

  test("are read again after a failure", async () => {
    const asset = createAssets(folder);
    await asset("data.bin");
    await rm(join(folder, "docs.html"));
    await expect(asset("docs.html")).rejects.toThrow("ENOENT");
    await writeFile(join(folder, "docs.html"), "back");
    expect(new TextDecoder().decode((await asset("docs.html"))?.body)).toBe("back");
  });

  test("are listed again if the folder was missing", async () => {
    const late = join(folder, "late");
    const asset = createAssets(late);
    await expect(asset("a.css")).rejects.toThrow("ENOENT");
    await mkdir(late);
    await writeFile(join(late, "a.css"), "a{}");
    expect((await asset("a.css"))?.contentType).toBe("text/css; charset=utf-8");
  });
});
