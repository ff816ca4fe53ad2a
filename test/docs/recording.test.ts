import { statSync } from "node:fs";
import sharp from "sharp";
import { expect, test } from "vitest";
import { at, read } from "../../docs/generate/markdown.ts";

/** As docs/generate/recording.mjs writes it. */
const recordingPath = "docs/images/cockpit.webp";
const readme = read("README.md");

test("README's moving picture moves, is small, and ends on a frame that stays", async () => {
  const { pages = 0, delay = [], width } = await sharp(at(recordingPath)).metadata();
  expect(statSync(at(recordingPath)).size).toBeLessThan(1_000_000);
  expect(pages).toBeGreaterThan(40);
  expect(width).toBeGreaterThan(900);
  expect(delay.at(-1)).toBeGreaterThan(2000);
});

test("readers who do not see it have a text, and those who want no motion a still picture", () => {
  const [picture = ""] = /<picture>[^]*?<\/picture>/.exec(readme) ?? [];
  expect(picture).toContain(`src="${recordingPath}"`);
  expect(/alt="([^"]+)"/.exec(picture)?.[1]).toMatch(/clients still get 200/);
  const [, still = ""] = /prefers-reduced-motion: reduce\)" srcset="([^"]+)"/.exec(picture) ?? [];
  expect(statSync(at(still)).size).toBeGreaterThan(10_000);
});
