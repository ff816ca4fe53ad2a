import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { expectLocalError } from "./support/errors.ts";
import { filesAtGitHub } from "./support/raw-files.ts";
import { useService } from "./support/service.ts";
import { standIn, withoutCalls } from "./support/stand-in.ts";

/* Names of files: compared letter by letter, whatever is in them. */

const service = useService();
const id = "feedfacefeedfacefeedface00000005";
const names = [
  "with spaces.txt",
  "100%.txt",
  "100%25.txt",
  "a?b#c&d=e+f.txt",
  "😀.md",
  "Case.txt",
  "case.txt",
  "raw",
  "commits",
  "..\\..\\etc\\passwd",
  "...",
  "line\nfeed\ttab\u0001.txt",
  "caf\u00e9.txt",
  "cafe\u0301.txt",
  "<script>alert(1).html",
  "__proto__",
  "constructor",
  'quote".txt',
  "\u202egnp.exe",
  "x".repeat(250),
];
const files = Object.fromEntries(names.map((name, n) => [name, `file ${n}\n`]));
const start = () => standIn(service).add("octocat", id, { files });

test.each(names.map((name, n) => ({ name, n })))("$name", async ({ name, n }) => {
  await start();
  for (const prefix of ["", "/api/v3"]) {
    const response = await service.get(`${prefix}/gists/${id}/raw/${encodeURIComponent(name)}`);
    expect(await response.text()).toBe(`file ${n}\n`);
    expect(response.status).toBe(200);
  }
});

test("without a name it is the first file", async () => {
  await start();
  const [first] = Object.values(await filesAtGitHub(service.github, id));
  expect(await (await service.get(`/gists/${id}/raw`)).text()).toBe(first?.content);
});

describe("a name that no file has", () => {
  test.each(["CASE.TXT", "cafe.txt", "file 0", "%00x", "toString", "100%252525.txt"])(
    "%s is 404 that says which there are, without a further call",
    async (name) => {
      await start();
      await service.get(`/gists/${id}`);
      await withoutCalls(service, async () => {
        const response = await service.get(`/gists/${id}/raw/${name}`);
        const { message } = await expectLocalError(response, 404);
        if (name !== "%00x") expect(message).toMatch(/The files of this gist: ".*"with spaces.txt".* and \d+ more$/);
      });
    },
  );

  test("is 404 past the 300 files that GitHub gives", async () => {
    expect((await service.get(`/gists/${notable.tooManyFiles}/raw/file-300.txt`)).status).toBe(200);
    await expectLocalError(await service.get(`/gists/${notable.tooManyFiles}/raw/file-301.txt`), 404);
  });
});

describe("a path", () => {
  test.each([
    [`/gists/${id}/raw/..%2F..%2Fusers`, 404],
    [`/gists/${id}/raw/a%2Fb`, 404],
    [`/gists/${id}/raw/%ff`, 400],
    [`/gists/..%5C..%5C/raw/x`, 400],
    [`/gists/${id}/raw/../raw/raw`, 400],
    [`/gists/${id}/raw/..`, 400],
    [`/gists/${id}/raw/%2e%2e`, 400],
    [`/gists/${id}/raw/x/`, 404],
  ])("%s is %i", async (target, status) => {
    await start();
    const response = await service.raw({ target });
    // workerd makes a URL of the target before the Worker sees it: dot segments are gone.
    expect([status, ...(/\.\.(?:\/|$)|%2e/.test(target) ? [200, 404] : [])]).toContain(response.status);
    expect(response.text).not.toContain("root:");
  });
});
