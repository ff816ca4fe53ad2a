import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "../../harness/child.ts";

test("every text file has the same bytes on Windows", () => {
  const lines = String(execFileSync("git", ["ls-files", "--eol"], { cwd: root }))
    .trim()
    .split("\n");
  // <in the index> <in the work tree> <attributes>\t<path>
  const texts = lines.filter((line) => !line.startsWith("i/-text"));
  expect(texts.length).toBeGreaterThan(1000);
  expect(texts.filter((line) => !/^i\/(?:lf|none) +w\/(?:lf|none) +attr\/text=auto eol=lf\s/.test(line))).toEqual([]);
});
