import { describe, expect, test } from "vitest";
import { read } from "../../docs/generate/markdown.ts";
import { readmePath, renderReadme } from "../../docs/generate/readme.ts";

const readme = read(readmePath);

describe("README.md", () => {
  test("has the settings and the figures of their sources (npm run docs settings, npm run docs measured)", () => {
    expect(readme).toBe(renderReadme(readme));
  });

  test("is three screens long", () => {
    expect(readme.split("\n").length).toBeLessThanOrEqual(150);
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(10_000);
  });

  test("has eight settings and three figures", () => {
    const rowsOf = (name: string) =>
      new RegExp(`<!-- ${name} -->([^]*?)<!-- /${name} -->`)
        .exec(readme)?.[1]
        ?.match(/^\| .+$/gm)
        ?.slice(2);
    expect(rowsOf("settings")).toHaveLength(8);
    expect(rowsOf("figures")).toHaveLength(3);
  });
});
