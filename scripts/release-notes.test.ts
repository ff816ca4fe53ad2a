import { expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { toNotes } from "./release-notes.mjs";

const commit = (number: number, message: string) => ({ hash: String(number).repeat(40), message });

test("what a user sees, by kind, oldest first, breaking changes before all", () => {
  const notes = toNotes([
    commit(5, "chore: not told"),
    commit(4, "feat(web)!: another page\n\nWhy.\n\nBREAKING CHANGE: its path is /explorer"),
    commit(3, "fix: a leak"),
    commit(2, "Merge of something"),
    commit(1, "feat(cache): a tier"),
  ]);
  expect(notes).toBe(
    "## Breaking\n\n- **web**: another page (4444444): its path is /explorer\n\n" +
      "## New\n\n- **cache**: a tier (1111111)\n- **web**: another page (4444444)\n\n" +
      "## Mended\n\n- a leak (3333333)\n",
  );
});

test("a mark alone is breaking too", () => {
  expect(toNotes([commit(1, "refactor!: other names")])).toBe("## Breaking\n\n- other names (1111111)\n");
});

test("nothing to tell is said", () => {
  expect(toNotes([commit(1, "test: more")])).toBe("No change that a user sees.\n");
});
