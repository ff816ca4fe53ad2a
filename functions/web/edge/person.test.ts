import { describe, expect, test } from "vitest";
import { toPerson } from "./person.ts";

describe("people", () => {
  test("have a name, and a picture of the size that is shown", () => {
    expect(toPerson({ login: "octocat", avatar_url: "https://avatars.githubusercontent.com/u/583231?v=4" })).toEqual({
      login: "octocat",
      avatarUrl: "https://avatars.githubusercontent.com/u/583231?v=4&s=72",
    });
  });

  test.each([null, undefined, "octocat", {}, { login: 7 }])("%j is nobody", (value) => {
    expect(toPerson(value)).toBeUndefined();
  });

  test.each([
    "javascript:alert(1)",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "http://avatars.githubusercontent.com/u/1",
    "//avatars.githubusercontent.com/u/1",
    "https://avatars.githubusercontent.com.elsewhere.example/u/1",
    "https://avatars.githubusercontent.com@elsewhere.example/u/1",
    "https://me:secret@avatars.githubusercontent.com/u/1",
    "https://avatars.githubusercontent.com:8443/u/1",
    "https://elsewhere.example/u/1",
    "/gists/public",
    7,
    null,
  ])("%s is no address of a picture", (address) => {
    expect(toPerson({ login: "octocat", avatar_url: address })).toEqual({ login: "octocat", avatarUrl: undefined });
  });
});
