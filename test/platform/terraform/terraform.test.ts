import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { read } from "../support/files.ts";
import { run } from "../support/run.ts";

const { program, folders, env, initialised } = inject("terraform");
const terraform = (cwd: string, ...args: string[]) => run(program, args, { cwd, env: { ...process.env, ...env } });

test("terraform fmt", async () => {
  const { ok, text } = await terraform(join(Object.values(folders)[0]!, ".."), "fmt", "-check", "-recursive");
  expect(ok, text).toBe(true);
});

test.each(Object.keys(folders))("terraform init in %s", (root) => {
  expect(initialised[root]?.ok, initialised[root]?.text).toBe(true);
});

test.each(Object.entries(folders))("terraform validate in %s", async (_root, folder) => {
  const { diagnostics } = JSON.parse((await terraform(folder, "validate", "-json")).stdout);
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

describe.each(Object.entries(folders))("terraform test in %s", (name, folder) => {
  let lines: Line[];
  beforeAll(async () => {
    const { stdout } = await terraform(folder, "test", "-json");
    lines = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  });

  const own = join("terraform", name);
  const files = readdirSync(join(root, own, "tests"))
    .filter((file) => file.endsWith(".tftest.hcl"))
    .map((file) => `tests/${file}`);
  describe.each(files)("%s", (path) => {
    const runs = [...read(join(own, path)).matchAll(/^run "(\w+)"/gm)].map(([, name]) => name!);

    test.each(runs)("%s", (ran) => {
      const those = lines.filter((line) => line["@testfile"] === path && line["@testrun"] === ran);
      const said = those.flatMap(({ diagnostic }) =>
        diagnostic ? [`${diagnostic.summary}: ${diagnostic.detail}`] : [],
      );
      const ended = those.find(({ test_run: state }) => state?.progress === "complete")?.test_run;
      expect(ended?.status, [...said, ...(ended ? [] : lines.map((line) => line["@message"]))].join("\n")).toBe("pass");
    });
  });
});
