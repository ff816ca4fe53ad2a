import { describe, expect, test } from "vitest";
import { createService } from "../../../test/support/ports.ts";

interface Refusal {
  errors: { field: string }[];
}

describe("ids in paths", () => {
  const gist = "aa5a315d61ae9438b18d00000000c045";
  test.each([
    ["/gists/zz", "gist_id"],
    [`/gists/${"a".repeat(65)}`, "gist_id"],
    ["/gists/starred", "gist_id"],
    [`/gists/${gist}/abcdef`, "sha"],
    [`/gists/${gist}/${"a".repeat(65)}`, "sha"],
    [`/gists/${gist}/star`, "sha"],
    [`/gists/${gist}/comments/0`, "comment_id"],
    [`/gists/${gist}/comments/-1`, "comment_id"],
    [`/gists/${gist}/comments/1.5`, "comment_id"],
    [`/gists/${gist}/comments/9007199254740992`, "comment_id"],
  ])("%s is a 404 that names %s, without a call", async (path, field) => {
    const { get, github } = createService();
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(((await response.json()) as Refusal).errors.map((error) => error.field)).toEqual([field]);
    expect(github.calls).toEqual([]);
  });

  test("are one resource in upper and lower case", async () => {
    const { get, github } = createService();
    await get(`/gists/${gist}`);
    expect((await get(`/gists/${gist.toUpperCase()}`)).headers.get("cache-status")).toContain("hit");
    expect((await get(`/gists/${gist}/comments/5000001`)).status).toBe(200);
    expect((await get(`/gists/${gist.toUpperCase()}/comments/005000001`)).headers.get("cache-status")).toContain("hit");
    expect(github.calls).toHaveLength(2);
  });
});
