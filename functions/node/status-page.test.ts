import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Asset } from "../core/ports.ts";
import { linkStatus } from "./status-page.ts";

const toAsset = (text: string): Asset => ({ body: new TextEncoder().encode(text), contentType: "text/x" });
const textOf = (asset: Asset | undefined) => new TextDecoder().decode(asset?.body);

test.each(["index.html", "service/header.html"])("the header of %s leads to the live page", async (path) => {
  const built = await readFile(new URL(`../web/${path}`, import.meta.url), "utf8");
  const asset = linkStatus(async () => toAsset(built));
  const text = textOf(await asset("index.html"));
  expect(text).toContain('<a href="status">Status</a>');
  expect(text).toBe(built.replace('<a href="metrics">Metrics</a>', '<a href="status">Status</a>'));
});

test("other files, and other links to the metrics, are as they were", async () => {
  const text = '<a href="metrics">metrics</a> <a href="metrics">Metrics</a>';
  const asset = linkStatus(async (name) => (name === "none.html" ? undefined : toAsset(text)));
  expect(textOf(await asset("explorer-AB12CD34.js"))).toBe(text);
  expect(textOf(await asset("status.html"))).toBe('<a href="metrics">metrics</a> <a href="status">Status</a>');
  expect(await asset("none.html")).toBeUndefined();
});
