import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { freshGistId, freshSince } from "../contract/support/fresh.ts";
import { shared } from "../contract/support/shared.ts";
import { expose } from "./support/exposition.ts";
import { hasTool } from "./support/tools.ts";

/** promtool's findings on an exposition in the text format, the only one that it reads. */
function check(input: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input, encoding: "utf8" });
  return { status, said: stdout + stderr };
}

describe.skipIf(!hasTool("promtool"))("promtool check metrics", () => {
  test("finds nothing wrong with a service in use", async () => {
    const path = `/octocat?since=${freshSince()}`;
    for (const target of [path, path, `/gists/${freshGistId()}`, "/octocat?page=x", "/no/such/route", "/health"]) {
      await shared.get(target);
    }
    const text = await expose(shared);
    expect(text).toContain("http_request_duration_seconds_bucket{");
    expect(check(text)).toEqual({ status: 0, said: "" });
  });

  test("would find something", () => {
    expect(check("# TYPE a_total gauge\na_total 1\n").status).not.toBe(0);
  });
});
