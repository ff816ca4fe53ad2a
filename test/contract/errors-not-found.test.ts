import { randomInt } from "node:crypto";
import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { expectError } from "./support/errors.ts";
import { freshGistId, freshName, freshSince } from "./support/fresh.ts";
import { shared } from "./support/shared.ts";
import { askGitHub, bySince, standIn } from "./support/stand-in.ts";

describe("GitHub's own 404", () => {
  test.each([
    ["a user", () => `/users/${freshName()}/gists`],
    ["a gist", () => `/gists/${freshGistId()}`],
    ["the commits of a gist", () => `/gists/${freshGistId()}/commits`],
    ["a revision", () => `/gists/${notable.revised}/${freshGistId()}`],
    ["a comment", () => `/gists/${notable.talkative}/comments/${randomInt(1, 1_000_000)}`],
  ])("of %s is passed on, byte for byte", async (_what, toPath) => {
    const path = toPath();
    const expected = await (await askGitHub(shared.github, path)).text();
    const response = await shared.get(path);
    expect(await response.clone().text()).toBe(expected);
    await expectError(response, 404);
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
  });
});

describe("names that look odd but can exist", () => {
  const suffix = () => randomInt(2 ** 32).toString(36);

  test.each([
    ["a doubled hyphen", () => `a--${suffix()}`],
    ["a trailing hyphen", () => `${suffix()}-`],
    ["a leading hyphen", () => `-${suffix()}`],
    ["hyphens only", () => "-".repeat(39)],
    ["an app", () => `${suffix()}[bot]`],
    ["one character", () => "a"],
    ["39 characters", () => suffix().padEnd(39, "x")],
    ["digits only", () => String(randomInt(1e12))],
    ["a managed user", () => `${suffix()}_acme`],
    ["39 characters and a short code", () => `${suffix().padEnd(39, "x")}_12345678`],
  ])("%s: GitHub is asked", async (_what, toName) => {
    const [name, since] = [toName(), freshSince()];
    for (const path of [`/${name}`, `/users/${encodeURIComponent(name.toUpperCase())}/gists`])
      await shared.get(`${path}?since=${since}`);
    const calls = await standIn(shared).calls(bySince(since));
    expect(calls.map(({ path }) => path)).toEqual([`/users/${encodeURIComponent(name.toLowerCase())}/gists`]);
  });
});
