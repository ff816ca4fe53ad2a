import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { changesOf, toNotes } from "./notes.mjs";

const commit = (number: number, message: string) => ({ hash: String(number).repeat(40), message });

test("changes that a user notices, by kind, oldest first, breaking changes before all", () => {
  const notes = toNotes([
    commit(5, "chore: not told"),
    commit(4, "feat(web)!: another page\n\nWhy.\n\nBREAKING CHANGE: its path is /explorer"),
    commit(3, "fix: a leak"),
    commit(2, "Merge of something"),
    commit(1, "feat(cache): a tier"),
  ]);
  expect(notes).toBe(
    "## Breaking\n\n- **web**: another page (4444444): its path is /explorer\n\n" +
      "## Added\n\n- **cache**: a tier (1111111)\n- **web**: another page (4444444)\n\n" +
      "## Fixed\n\n- a leak (3333333)\n",
  );
});

test("a mark alone is breaking too", () => {
  expect(toNotes([commit(1, "refactor!: other names")])).toBe("## Breaking\n\n- other names (1111111)\n");
});

test("no change is reported as such", () => {
  expect(toNotes([commit(1, "test: more")])).toBe("No change that a user notices.\n");
});

describe("the section of a version in CHANGELOG.md", () => {
  const changelog =
    "# Changelog\n\n## [Unreleased]\n\n## [1.1.0]\n\n### Added\n\n- A tier\n\n## [1.0.0] - 2026-11-01\n\n- All\n";

  test("without its heading and without other versions", () => {
    expect(changesOf(changelog, "1.1.0", false)).toBe("### Added\n\n- A tier\n");
    expect(changesOf(changelog, "1.0.0", true)).toBe("- All\n");
  });

  test("must exist, list a change, and have a date once it is released", () => {
    expect(() => changesOf(changelog, "1.2.0", false)).toThrow('no section "## [1.2.0]"');
    expect(() => changesOf(changelog, "1.1.0", true)).toThrow("no date");
    expect(() => changesOf(changelog, "Unreleased", false)).toThrow("no change of Unreleased");
  });
});
