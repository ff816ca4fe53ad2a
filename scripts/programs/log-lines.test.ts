import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { isForPeople, toText } from "./log-lines.mjs";

const time = "2026-01-01T10:00:00.000Z";
const clock = new Date(time).toLocaleTimeString("en-GB");
const text = (event: object) => toText(JSON.stringify({ time, ...event }));

describe("a log line for people", () => {
  test("of a request has what was asked, and how that went", () => {
    const request = { level: "info", msg: "request", method: "GET", route: "/{username}", trace_id: "7", span_id: "8" };
    const done = { status: 200, handling: "MISS", duration_seconds: 0.0314, upstream_calls: 1 };
    expect(text({ ...request, resource: "/users/octocat/gists", ...done })).toBe(
      `${clock} GET /users/octocat/gists 200 MISS 31 ms upstream_calls=1`,
    );
    expect(text({ ...request, status: 404, duration_seconds: 1.234 })).toBe(`${clock} GET /{username} 404 1.23 s`);
  });

  test("of anything else has its level, its words, and all its fields", () => {
    expect(text({ level: "warn", msg: "rate limited by GitHub", token: 0, seconds: 60, status: 403 })).toBe(
      `${clock} WARN rate limited by GitHub token=0 seconds=60 status=403`,
    );
    expect(text({ level: "info", msg: "GitHub is back", seconds: 5 })).toBe(`${clock} GitHub is back seconds=5`);
  });

  test("of a fault has its stack, a frame a line", () => {
    const stack = "TypeError: no\n    at f (a.ts:1:2)\n    at g (b.ts:3:4)";
    expect(text({ level: "error", msg: "internal", route: "/x", cause: "TypeError: no", stack })).toBe(
      `${clock} ERROR internal route=/x cause=TypeError: no\n    at f (a.ts:1:2)\n    at g (b.ts:3:4)`,
    );
  });

  test("cannot move the cursor, or begin another line", () => {
    const hostile = "\u001b[2Jx\n12:00:00 forged\u009b1A";
    // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
    const control = /[\u0000-\u001f\u007f-\u009f]/;
    expect(text({ level: "info", msg: "request", method: "GET", resource: hostile })).not.toMatch(control);
    expect(text({ level: "warn", msg: "bad-gateway", cause: hostile })).not.toMatch(control);
    expect(text({ level: "error", msg: "internal", stack: `a\n${hostile}` }).split("\n")).toHaveLength(3);
  });

  test.each(["Debugger attached.", "", "{", '{"a":1}', "null"])("that is none of ours stays as it is: %j", (line) => {
    expect(toText(line)).toBe(line);
  });
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{}, undefined, false],
  [{ LOG_FORMAT: "json" }, true, false],
  [{ LOG_FORMAT: "pretty" }, undefined, true],
])("lines are for people by %j, on a terminal (%j): %j", (env, isTTY, forPeople) => {
  expect(isForPeople(env, { isTTY })).toBe(forPeople);
});
