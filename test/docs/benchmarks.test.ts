import { expect, test } from "vitest";
import { benchmarksPath, renderBenchmarks } from "../../docs/generate/benchmarks.ts";
import { read } from "../../docs/generate/markdown.ts";

test("docs/benchmarks.md quotes bench/results (npm run docs measured)", () => {
  const page = read(benchmarksPath);
  expect(page).toBe(renderBenchmarks(page));
});

test("every scenario of the throughput benchmark has its size, its figures and its machine", () => {
  const [, part = ""] = /<!-- throughput -->([^]*?)<!-- \/throughput -->/.exec(read(benchmarksPath)) ?? [];
  const rows = part.trim().split("\n").slice(2);
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) expect(row).toMatch(/^\| .+ \| [\d.]+ kB +\| [\d,]+ +\| [\d.]+ × +\| .+, \d+ cores +\|$/);
});
