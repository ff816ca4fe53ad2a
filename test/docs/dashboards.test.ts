import { statSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { type Series, toFrames, toLegend } from "../../docs/generate/dashboards/frames.ts";
import { drawnTypes, pictures } from "../../docs/generate/dashboards/pictures.ts";
import { at, read } from "../../docs/generate/markdown.ts";
import { dashboards } from "../../observability/dashboards/all.ts";

const line = { refId: "A", expr: "sum(up)", format: "time_series" };

describe("the pictures of dashboards", () => {
  test.each(pictures)("$path is small, and shown with the version of Grafana that drew it", async ({ path }) => {
    const { width } = await sharp(at(path)).metadata();
    expect(width).toBe(1400);
    expect(statSync(at(path)).size).toBeLessThan(250_000);
    const page = read("docs/observability.md");
    expect(page).toContain(`](${path.replace("docs/", "")})`);
    expect(page).toMatch(/draws the results with Grafana's packages \d+\.\d+\.\d+/);
  });

  test("have panels that can be drawn", () => {
    const types = pictures.flatMap(({ panels }) => panels.map(({ type }) => type));
    expect(types.filter((type) => !drawnTypes.includes(type))).toEqual([]);
    expect(types.length).toBeGreaterThan(10);
  });

  test("could show every panel but logs", () => {
    const types = new Set(dashboards.flatMap(({ panels }) => (panels as { type: string }[]).map(({ type }) => type)));
    expect([...types].filter((type) => !drawnTypes.includes(type))).toEqual(["logs"]);
  });
});

describe("a legend", () => {
  const metric = { __name__: "up", pod: "a", job: "b" };

  test.each([
    ["labels in place of their names", metric, "{{pod}} of {{ job }}", "a of b"],
    ["nothing in place of a label that is not there", metric, "{{pod}}{{zone}}", "a"],
    ["the series without a legend", metric, undefined, 'up{job="b", pod="a"}'],
    ["the query where the series has no labels", {}, undefined, "sum(up)"],
  ])("has %s", (_, labels, legendFormat, expected) => {
    expect(toLegend(labels, { ...line, legendFormat })).toBe(expected);
  });
});

describe("frames", () => {
  test("a range is a frame a series, in milliseconds and numbers", () => {
    const values = [
      [30, "1.5"],
      [45, "NaN"],
      [60, "+Inf"],
    ] as const;
    const [frame, ...others] = toFrames([{ metric: { pod: "a" }, values }], { ...line, legendFormat: "{{pod}}" }, 15);
    expect(others).toEqual([]);
    expect(frame).toMatchObject({ refId: "A", name: "a" });
    expect(frame!.fields.map(({ values }) => values)).toEqual([
      [30_000, 45_000, 60_000],
      [1.5, NaN, Infinity],
    ]);
    expect(frame!.fields.map(({ config }) => config)).toEqual([{ interval: 15_000 }, { displayNameFromDS: "a" }]);
  });

  test("an instant is a frame with one point", () => {
    const [frame] = toFrames([{ metric: {}, value: [30, "2"] }], line, 15);
    expect(frame!.fields.map(({ values }) => values)).toEqual([[30_000], [2]]);
  });

  test("a table has a row a series, and a column a label", () => {
    const series: Series[] = [
      { metric: { version: "2", commit: "c" }, value: [30, "1"] },
      { metric: { version: "3" }, value: [30, "4"] },
    ];
    const [table, ...others] = toFrames(series, { ...line, format: "table" }, 15);
    expect(others).toEqual([]);
    expect(Object.fromEntries(table!.fields.map(({ name, values }) => [name, values]))).toEqual({
      Time: [30_000, 30_000],
      commit: ["c", ""],
      version: ["2", "3"],
      Value: [1, 4],
    });
  });

  test("nothing is no frame", () => {
    expect(toFrames([], { ...line, format: "table" }, 15)).toEqual([]);
  });
});
