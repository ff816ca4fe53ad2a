import { describe, expect, test } from "vitest";
import { start } from "../../../test/support/ports.ts";
import { createLimitReader } from "./reported-limits.ts";

const seconds = start / 1000;
const good = { limit: "5000", remaining: "4000", used: "1000", reset: String(seconds + 1800) };

function create() {
  const log: string[] = [];
  const read = createLimitReader((level, message, fields) => log.push(`${level}: ${message}: ${fields?.reason}`));
  return { log, read };
}

/** The fields of a quota, some of them else than usual; undefined for none. */
function toHeaders(fields: Record<string, string | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries({ ...good, ...fields })) {
    if (value !== undefined) headers.set(`x-ratelimit-${name}`, value);
  }
  return headers;
}

describe("a quota", () => {
  test.each([
    ["as ever", {}, { limit: 5000, remaining: 4000, used: 1000, reset: seconds + 1800 }],
    ["without what is used", { used: undefined }, { remaining: 4000, used: 1000 }],
    ["used up", { remaining: "0" }, { remaining: 0, used: 5000 }],
    ["of an app", { limit: "15000" }, { limit: 15_000 }],
    ["a whole window ahead, by a clock of its own", { reset: String(seconds + 3660) }, { reset: seconds + 3660 }],
    ["just over, by a clock of its own", { reset: String(seconds - 60) }, { reset: seconds - 60 }],
  ])("%s", (_, fields, quota) => {
    const { read, log } = create();
    expect(read(toHeaders(fields), start).quota).toMatchObject(quota);
    expect(log).toStrictEqual([]);
  });

  test.each([
    ["limit", "1000000000"],
    ["limit", "0"],
    ["limit", "-5000"],
    ["limit", "abc"],
    ["limit", ""],
    ["limit", "5e3"],
    ["remaining", "-5"],
    ["remaining", "5001"],
    ["remaining", "NaN"],
    ["remaining", "1.5"],
    ["reset", String(start + 3_600_000)],
    ["reset", String(seconds + 3661)],
    ["reset", String(seconds - 61)],
    ["reset", "0"],
    ["reset", "soon"],
  ])("with the %s %s counts as none, and is logged once", (name, value) => {
    const { read, log } = create();
    for (let n = 0; n < 3; n += 1) expect(read(toHeaders({ [name]: value }), start).quota).toBeUndefined();
    expect(log).toStrictEqual([`warn: GitHub's response has an odd field: ignored: x-ratelimit-${name}`]);
  });

  test.each(["limit", "remaining", "reset"])("without its %s is none, and nothing to log", (name) => {
    const { read, log } = create();
    expect(read(toHeaders({ [name]: undefined }), start).quota).toBeUndefined();
    expect(log).toStrictEqual([]);
  });
});

describe("Retry-After", () => {
  const read = (text: string) => {
    const { read: readLimits, log } = create();
    return { told: readLimits(new Headers({ "retry-after": text }), start).retryAfter, log };
  };

  test.each([
    ["17", 17],
    ["0", 0],
    ["3600", 3600],
    [new Date(start + 90_500).toUTCString(), 90],
    [new Date(start - 5000).toUTCString(), 0],
  ])("%s", (text, wanted) => {
    expect(read(text)).toStrictEqual({ told: wanted, log: [] });
  });

  test.each(["99999999999", "3601", "Fri, 29 Nov 2126 00:00:00 GMT", "soon", "-5", "1.5"])(
    "%s is one that says nothing, and is logged",
    (text) => {
      const { told, log } = read(text);
      expect(told).toBeNaN();
      expect(log).toStrictEqual(["warn: GitHub's response has an odd field: ignored: retry-after"]);
    },
  );

  test("none is none", () => {
    expect(create().read(new Headers(), start).retryAfter).toBeUndefined();
  });
});
