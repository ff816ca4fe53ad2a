import { expect, test } from "vitest";
import { read } from "../../docs/generate/markdown.ts";

/** The gists of the stand-in that a text names: `notable.letters` is `letters`. */
const gistsIn = (text: string): string[] => [...text.matchAll(/\bnotable\.(\w+)/g)].map(([, name = ""]) => name);

test("the example row of docs/adding-a-route.md has a gist that no other row has", () => {
  const example = gistsIn(read("docs/adding-a-route.md"));
  expect(example).toHaveLength(1);
  expect(gistsIn(read("stand-in/octocat.ts"))).toEqual(expect.arrayContaining(example));
  const taken = gistsIn(read("test/contract/support/resources.ts"));
  expect(taken.length).toBeGreaterThan(5);
  expect(taken.filter((name) => example.includes(name))).toEqual([]);
});
