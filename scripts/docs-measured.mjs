import { readFileSync, writeFileSync } from "node:fs";
import { benchmarksPath, renderBenchmarks } from "../docs/generate/benchmarks.ts";
import { readmePath, renderReadme } from "../docs/generate/readme.ts";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:measured

Writes the figures of docs/benchmarks.md and README.md from bench/results.
`;
readOptions({ usage });

for (const [path, render] of [
  [benchmarksPath, renderBenchmarks],
  [readmePath, renderReadme],
]) {
  const file = new URL(`../${path}`, import.meta.url);
  writeFileSync(file, render(readFileSync(file, "utf8")));
  console.log(path);
}
