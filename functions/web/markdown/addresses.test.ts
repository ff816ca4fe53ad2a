import { describe, expect, test } from "vitest";
import type { GistFile } from "../edge/gists.ts";
import { toLinkAddress } from "./addresses.ts";
import { findPicture, toPictureSource } from "./pictures.ts";

const file = (filename: string, more: Partial<GistFile> = {}): GistFile => ({
  filename,
  type: "text/plain",
  language: undefined,
  size: 4,
  rawUrl: undefined,
  content: "text",
  truncated: false,
  base64: false,
  ...more,
});
const files = [file("a b.csv"), file("p.png", { content: "AAAA", base64: true }), file("c.svg", { content: "<svg/>" })];
const surroundings = { gist: "abc", htmlUrl: "https://gist.github.com/u/abc", files, anchor: "file-readme-md" };

describe("links", () => {
  test.each([
    ["https://example.com/a", "https://example.com/a"],
    ["http://example.com", "http://example.com/"],
    ["//example.com/a", "https://example.com/a"],
    ["#What-is", "#file-readme-md-h-What-is"],
    ["#user-content-what", "#file-readme-md-h-what"],
    ["a%20b.csv", "/?gist=abc&file=a+b.csv"],
    ["./p.png?raw=1", "/?gist=abc&file=p.png"],
    ["other.md", "https://gist.github.com/u/abc/other.md"],
    ["javascript:alert(1)", undefined],
    [" \tJAVA\nSCRIPT:alert(1)", undefined],
    ["\u0001javascript:alert(1)", undefined],
    ["data:text/html,a", undefined],
    ["vbscript:a", undefined],
    ["blob:https://example.com/1", undefined],
    ["mailto:a@example.com", undefined],
    ["https://", undefined],
  ])("%j leads to %j", (href, address) => {
    expect(toLinkAddress(href, surroundings)).toBe(address);
  });

  test("in a revision lead to files of that revision", () => {
    expect(toLinkAddress("p.png", { ...surroundings, revision: "def" })).toBe("/?gist=abc&revision=def&file=p.png");
  });
});

describe("pictures", () => {
  test.each([
    ["p.png", { own: "data:image/png;base64,AAAA" }],
    ["./c.svg", { own: "data:image/svg+xml,%3Csvg%2F%3E" }],
    ["data:image/png;base64,AAAA", { own: "data:image/png;base64,AAAA" }],
    ["attachment:x.png", { own: "data:image/png;base64,BBBB" }],
    ["https://example.com/p.png", { elsewhere: "https://example.com/p.png" }],
    ["http://example.com/p.png", undefined],
    ["data:image/svg+xml,<svg/>", undefined],
    ["data:text/html,a", undefined],
    ["attachment:__proto__", undefined],
    ["javascript:alert(1)", undefined],
  ])("%j is %j", (source, found) => {
    const attachments = { "x.png": "data:image/png;base64,BBBB" };
    expect(findPicture(source, { ...surroundings, attachments })).toEqual(found);
  });

  test("whose bytes are not in the response come from the raw route", () => {
    expect(toPictureSource(file("a b/ü.jpg"), "abc")).toBe("/gists/abc/raw/a%20b%2F%C3%BC.jpg");
    expect(toPictureSource(file("p.png", { base64: true, content: "AA", truncated: true }), "abc")).toBe(
      "/gists/abc/raw/p.png",
    );
    expect(toPictureSource(file("p.png"), "abc", "def")).toBe("/gists/abc/def/raw/p.png");
    expect(toPictureSource(file("p.html"), "abc")).toBeUndefined();
  });
});
