import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { read } from "../support/files.ts";
import { run } from "../support/run.ts";

const { folder, env, initialised } = inject("terraform");
const terraform = (...args: string[]) =>
  run(process.env["TERRAFORM"] ?? "terraform", args, { cwd: folder, env: { ...process.env, ...env } });

test("terraform fmt", async () => {
  const { ok, text } = await terraform("fmt", "-check", "-recursive");
  expect(ok, text).toBe(true);
});

test("terraform init", () => {
  expect(initialised.ok, initialised.text).toBe(true);
});

test("terraform validate", async () => {
  const { diagnostics } = JSON.parse((await terraform("validate", "-json")).stdout);
  // A warning is a failure too: it is what the next release refuses.
  const found = diagnostics.map(
    ({ summary, detail, range }) => `${range?.filename}:${range?.start.line} ${summary}: ${detail}`,
  );
  expect(found).toEqual([]);
});

/** What `terraform test -json` prints, a line each. */
interface Line {
  type: string;
  "@message": string;
  "@testfile"?: string;
  "@testrun"?: string;
  diagnostic?: { summary: string; detail: string };
  test_run?: { path: string; run: string; progress: string; status: string };
}

describe("terraform test", () => {
  let lines: Line[];
  beforeAll(async () => {
    const { stdout } = await terraform("test", "-json");
    lines = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  });

  const files = readdirSync(join(root, "terraform/tests")).map((name) => `tests/${name}`);
  describe.each(files)("%s", (path) => {
    const runs = [...read(`terraform/${path}`).matchAll(/^run "(\w+)"/gm)].map(([, name]) => name!);

    test.each(runs)("%s", (name) => {
      const own = lines.filter((line) => line["@testfile"] === path && line["@testrun"] === name);
      const said = own.flatMap(({ diagnostic }) => (diagnostic ? [`${diagnostic.summary}: ${diagnostic.detail}`] : []));
      const ended = own.find(({ test_run: ran }) => ran?.progress === "complete")?.test_run;
      expect(ended?.status, [...said, ...(ended ? [] : lines.map((line) => line["@message"]))].join("\n")).toBe("pass");
    });
  });
});
