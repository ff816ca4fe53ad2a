import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toCurl } from "./curl.ts";
import { parseRoute, toTarget } from "./route.ts";

const origin = "https://gists.example";

/** Shells by their arguments; an interactive bash expands `!` too. */
const shells = [
  ["sh", []],
  ["bash", ["--norc", "--noprofile"]],
  ["bash", ["--norc", "--noprofile", "-i"]],
  ["zsh", ["-f"]],
  ["fish", ["--no-config"]],
] as const;

/** Links that people are sent: `?gist=` and `?user=` of the explorer. */
const names = [
  "x'(id)!!'~root",
  "$(id)",
  "`id`",
  "a\"b'c;id",
  "!!",
  "a\\'b",
  "\\",
  "a\nid\n",
  "a b\tc",
  "*?[a-z]{1,2}",
  "some-app[bot]",
  "&&id||id|id>x<y",
  "#%23 %",
  "~",
  "é💬",
  "'",
];

const targetOf = (name: string) => toTarget(parseRoute(`?${new URLSearchParams({ gist: name })}`)) ?? "";
const hrefOf = (target: string) => new URL(target, origin).href;

test("holds nothing that could end its quotes, and leads to the same resource", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.string(), (name, query) => {
      const href = hrefOf(`${targetOf(name)}?${query}`);
      const [, url = ""] = /^curl -i '([\w./?&=%:+-]+)'$/.exec(toCurl(href)) ?? [];
      const [copied, meant] = [new URL(url), new URL(href)];
      expect(decodeURIComponent(copied.pathname)).toBe(decodeURIComponent(meant.pathname));
      expect([...copied.searchParams]).toEqual([...meant.searchParams]);
    }),
  );
});

test("is short for an ordinary address", () => {
  expect(toCurl(`${origin}/users/octocat/gists?since=2024-05-01T00:00:00Z&page=2`)).toBe(
    `curl -i '${origin}/users/octocat/gists?since=2024-05-01T00:00:00Z&page=2'`,
  );
  expect(toCurl("http://[::1]:8080/octocat")).toBe("curl -i 'http://[::1]:8080/octocat'");
});

describe.runIf(process.platform !== "win32")("run by a shell", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-gists-curl-"));
    writeFileSync(join(folder, "curl"), `#!/bin/sh\nprintf '<%s>' "$@"\necho\n`);
    writeFileSync(join(folder, "id"), "#!/bin/sh\necho OUT\n");
    for (const name of ["curl", "id"]) chmodSync(join(folder, name), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describe.each(shells)("%s %j", (shell, args) => {
    test.skipIf(spawnSync(shell, ["-c", "exit 0"]).status !== 0)("each address is one argument of curl's", () => {
      const hrefs = [...names.map((name) => hrefOf(targetOf(name))), "https://it's!.example/octocat"];
      const { stdout } = spawnSync(shell, args, {
        cwd: folder,
        // The command before is the one that history expansion would find.
        input: `id >/dev/null\n${hrefs.map(toCurl).join("\n")}\nexit\n`,
        env: { PATH: `${folder}${delimiter}${process.env["PATH"]}`, HOME: folder, HISTFILE: "" },
        encoding: "utf8",
      });
      const lines = stdout.split("\n").filter((line) => line.startsWith("<") || line.includes("OUT"));
      expect(lines).toEqual(
        hrefs.map(
          (href) =>
            `<-i><${toCurl(href)
              .slice("curl -i '".length, -1)
              .replaceAll(String.raw`'\''`, "'")}>`,
        ),
      );
    });
  });
});
