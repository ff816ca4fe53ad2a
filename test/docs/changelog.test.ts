import { expect, test } from "vitest";
import { read } from "../../docs/generate/markdown.ts";
// @ts-expect-error: a script, without types
import { changesOf } from "../../release/notes.mjs";

const changelog = read("CHANGELOG.md");
const { version } = JSON.parse(read("package.json")) as { version: string };

/** https://keepachangelog.com/en/1.1.0/#how */
const types = new Set(["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]);

test("CHANGELOG.md has the version of package.json, with its changes", () => {
  expect(changesOf(changelog, version, false)).toMatch(/^### \w+\n\n- /m);
});

test("CHANGELOG.md begins with what is not released, and has newer versions first", () => {
  const headings = [...changelog.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
  expect(headings[0]).toBe("[Unreleased]");
  const versions = headings
    .slice(1)
    .map((heading) => /^\[(\d+\.\d+\.\d+)\](?: - \d{4}-\d{2}-\d{2})?$/.exec(heading)?.[1]);
  expect(versions).not.toContain(undefined);
  const order = new Intl.Collator("en", { numeric: true });
  expect(versions).toEqual(versions.toSorted((a, b) => order.compare(b!, a!)));
});

test("CHANGELOG.md uses the types of Keep a Changelog", () => {
  const used = [...changelog.matchAll(/^### (.+)$/gm)].map(([, type = ""]) => type);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((type) => !types.has(type))).toEqual([]);
});
