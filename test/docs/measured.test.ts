import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withMeasured } from "../../docs/generate/measured.ts";

/** Without the padding that the formatter gives to tables. */
const plain = (text: string) => text.replaceAll(/ {2,}/g, " ").replaceAll(/-{3,}/g, "---");

test("README.md quotes what bench/results says (npm run docs:measured)", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  expect(plain(readme)).toBe(plain(withMeasured(readme)));
});
