import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLog } from "./log.ts";

const levels = ["debug", "info", "warn", "error"] as const;

function createLines(level: Parameters<typeof createLog>[0]) {
  const lines: string[] = [];
  return {
    lines,
    log: createLog(
      level,
      (line) => lines.push(line),
      () => 0,
    ),
  };
}

describe("the log", () => {
  test("is one JSON object a line, with its time in UTC", () => {
    const { lines, log } = createLines("info");
    log("warn", "rate limited by GitHub", { seconds: 5, cause: undefined });
    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","msg":"rate limited by GitHub","seconds":5}',
    ]);
  });

  test.each([...levels, "silent"] as const)("at %s drops less severe lines", (threshold) => {
    const { lines, log } = createLines(threshold);
    for (const level of levels) log(level, "request");
    const rank = [...levels, "silent"].indexOf(threshold);
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(levels.slice(rank));
  });

  test("cannot be forged: no value ends a line or another field", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { lines, log } = createLines("debug");
        log("info", "request", { cause: text, status: 200 });
        // oxlint-disable-next-line no-control-regex -- the pattern finds control characters
        expect(lines[0]).not.toMatch(/[\u0000-\u001f]/);
        expect(JSON.parse(lines[0] ?? "")).toMatchObject({
          level: "info",
          msg: "request",
          cause: text.toWellFormed(),
          status: 200,
        });
      }),
    );
    const { lines, log } = createLines("debug");
    log("info", "request", { cause: '\n{"level":"error","msg":"forged"}' });
    expect(lines.join("\n").split("\n")).toHaveLength(1);
  });
});
