import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EdgeError } from "../errors.ts";
import { commentParams, gistParams, type MediaParam, negotiate, noParams } from "./negotiate.ts";

const param = (accept: string | undefined, params: readonly MediaParam[] = gistParams) =>
  negotiate(accept, "2022-11-28", params).param;

function failure(accept: string): string {
  try {
    return param(accept);
  } catch (error) {
    return error instanceof EdgeError ? error.failure : String(error);
  }
}

describe("Accept", () => {
  test.each([
    undefined,
    "",
    "*/*",
    "application/*",
    "application/json",
    "Application/JSON; charset=utf-8",
    "application/vnd.github+json",
    "application/vnd.github.v3+json",
    "application/vnd.github.json",
    "application/vnd.github.beta+json",
    "application/vnd.github.squirrel-girl-preview+json",
    "application/vnd.github.squirrel-girl-preview",
    "application/vnd.github.nebula-preview+json, application/vnd.github.mercy-preview+json",
    "application/vnd.github.v3.star+json",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
  ])("of %s gets JSON", (accept) => {
    expect(param(accept)).toBe("json");
  });

  test.each([
    ["application/vnd.github.raw+json", "raw"],
    ["application/vnd.github.v3.raw+json", "raw"],
    ["application/vnd.github.v3.raw", "raw"],
    ["application/vnd.github.3.raw+json", "raw"],
    ["application/vnd.github.squirrel-girl-preview.raw+json", "raw"],
    ["application/vnd.github.base64+json", "base64"],
    ["application/json;q=0.5, application/vnd.github.raw+json", "raw"],
    ["application/vnd.github.raw+json;q=0.5, application/json", "json"],
    ["application/vnd.github.html+json", "json"],
  ] as const)("of %s asks a gist for %s", (accept, expected) => {
    expect(param(accept)).toBe(expected);
  });

  test("has its own parameters for comments, and none for other resources", () => {
    for (const name of commentParams) expect(param(`application/vnd.github.${name}+json`, commentParams)).toBe(name);
    expect(param("application/vnd.github.base64+json", commentParams)).toBe("json");
    expect(param("application/vnd.github.raw+json", noParams)).toBe("json");
  });

  test.each([
    "text/html",
    "text/*",
    "image/png, application/xml",
    "application/json;q=0",
    "application/json;q=0x1",
    "application/json;q=1e0",
    "application/json;q=nonsense",
    "json",
    "application/vnd.gitlab+json",
    "application/vnd.githubx+json",
    "application/vnd.github.raw+xml",
    "*",
  ])("of %s is unsupported", (accept) => {
    expect(failure(accept)).toBe("unsupported-media-type");
  });

  test("that is refused is told in GitHub's words, without more of it than a line", () => {
    const messageOf = (accept: string) => {
      try {
        param(accept);
      } catch (error) {
        return (error as EdgeError).message;
      }
      return undefined;
    };
    expect(messageOf("application/xml")).toBe(
      "Unsupported 'Accept' header: 'application/xml'. Must accept 'application/json'.",
    );
    expect(messageOf("text/x".repeat(1000))?.length).toBeLessThan(350);
  });

  test("of any text is JSON in some form or unsupported, never anything else", () => {
    const range = fc.oneof(
      fc.constantFrom("*/*", "application/json", "text/html", "application/vnd.github.raw+json", ";", "q=", "\u0000"),
      fc.string({ unit: "binary", maxLength: 10 }),
    );
    const header = fc
      .tuple(fc.array(range), fc.constantFrom(",", ";", ";q=", ", "))
      .map(([parts, by]) => parts.join(by));
    fc.assert(
      fc.property(header, (accept) => {
        expect(["json", "raw", "base64", "unsupported-media-type"]).toContain(failure(accept));
      }),
    );
  });

  test("prefers the larger weight, and among equals the first", () => {
    const weight = fc.integer({ min: 1, max: 1000 }).map((thousandths) => thousandths / 1000);
    fc.assert(
      fc.property(weight, weight, (raw, json) => {
        const header = `application/vnd.github.raw+json;q=${raw}, application/json;q=${json}`;
        expect(param(header)).toBe(raw >= json ? "raw" : "json");
      }),
    );
  });
});

describe("its effect", () => {
  test("is one media type for GitHub, however the client spelt it", () => {
    const spellings = [
      "application/vnd.github.raw+json",
      "application/vnd.github.v3.raw",
      "APPLICATION/vnd.GitHub.v3.RAW+json",
    ];
    const asked = spellings.map((accept) => negotiate(accept, "2026-03-10", gistParams));
    expect(new Set(asked.map((form) => JSON.stringify(form))).size).toBe(1);
    expect(asked[0]).toEqual({
      apiVersion: "2026-03-10",
      param: "raw",
      accept: "application/vnd.github.raw+json",
      githubMediaType: "github.v3; param=raw; format=json",
    });
  });

  test("without a parameter names none", () => {
    expect(negotiate("*/*", "2022-11-28", gistParams)).toEqual({
      apiVersion: "2022-11-28",
      param: "json",
      accept: "application/vnd.github+json",
      githubMediaType: "github.v3; format=json",
    });
  });
});
