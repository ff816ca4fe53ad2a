import { describe, expect, test } from "vitest";
import { dashboards } from "../../../observability/dashboards/all.ts";
import { panels } from "../../../scripts/observability/queries.mjs";

test("each dashboard has an address and a title of its own, and says which question it answers", () => {
  for (const field of ["uid", "title", "description"] as const)
    expect(new Set(dashboards.map((dashboard) => dashboard[field])).size, field).toBe(dashboards.length);
});

describe.each(dashboards)("$title", (dashboard) => {
  const own = dashboard.panels as any[];
  const shown = own.filter(({ type }) => type !== "row");

  test("its panels have numbers and questions of their own", () => {
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
    expect(new Set(own.map(({ title }) => title)).size).toBe(own.length);
  });

  test("no panel covers another, or leaves the page, and no place is empty", () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of own) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++)
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          expect(taken.has(`${x},${y}`), `${title} at ${x},${y}`).toBe(false);
          taken.add(`${x},${y}`);
        }
    }
    expect(taken.size).toBe(24 * Math.max(...own.map(({ gridPos }) => gridPos.y + gridPos.h)));
  });

  test("its thresholds rise, and the first one begins everything", () => {
    for (const { title, fieldConfig } of shown) {
      const [first, ...rest] = fieldConfig.defaults.thresholds.steps.map(
        ({ value }: { value: number | null }) => value,
      );
      expect(first, title).toBeNull();
      expect(rest, title).toEqual(rest.toSorted((a: number, b: number) => a - b));
    }
  });

  test("it leads to all others, with the selected time and namespace", () => {
    const [link] = dashboard.links;
    expect(link).toMatchObject({ type: "dashboards", includeVars: true, keepTime: true });
    for (const other of dashboards) expect(other.tags).toEqual(expect.arrayContaining(link!.tags));
  });

  test("each variable of a query exists: its own, or Grafana's", () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    const known = new Set<string>([...names, "__rate_interval", "__range", "__auto"]);
    const asked = shown.flatMap(({ targets }) =>
      targets.flatMap(({ expr = "" }) => [...expr.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name)),
    );
    expect(asked.filter((name) => !known.has(name!))).toEqual([]);
  });
});

test("all dashboards have the same variables, so that a link takes their values along", () => {
  for (const { templating } of dashboards) expect(templating).toEqual(dashboards[0]!.templating);
});

interface Asked {
  name: string;
  expr: string;
}

const asked: Asked[] = panels.flatMap(({ name, panel }) =>
  panel.targets.flatMap(({ datasource, expr = "" }) => (datasource.uid === "mimir" ? [{ name, expr }] : [])),
);

// A series begins with its first event: until then the fraction would be unknown instead of 0.
test.each(asked.filter(({ expr }) => /(\w+)\{[^/]*\/ \(?sum[^/]*\b\1\{/.test(expr)))(
  "$name: a part that has no series is nothing of the whole",
  ({ expr }) => {
    expect(expr).toMatch(/ or 0 \* .* \/ |^(sum \(.+\)) \/ \(\1 \+ /);
  },
);

test("lines that count are not shown with the unit of a rate", () => {
  const isRate = (expr: string) => /rate\(|_over_time\(|per_second/.test(expr);
  const rates = new Set(
    panels
      .filter(({ panel }) => /^(?:reqps|ops|cps|Bps)$/.test(panel.fieldConfig.defaults.unit))
      .map(({ name }) => name),
  );
  expect(rates.size).toBeGreaterThan(5);
  expect(asked.filter(({ name, expr }) => rates.has(name) && !isRate(expr))).toEqual([]);
});

// A rate over less than four scrapes has gaps: https://grafana.com/blog/2020/09/28/new-in-grafana-7.2-__rate_interval-for-prometheus-rate-queries-that-just-work/
test.each(asked.filter(({ expr }) => /\brate\(/.test(expr)))("$name: rates are over $__rate_interval", ({ expr }) => {
  expect([...expr.matchAll(/\brate\(.*?\[([^\]]+)\]/g)].map(([, range]) => range)).toSatisfy((ranges: string[]) =>
    ranges.every((range) => range === "$__rate_interval"),
  );
});

test.each(asked.filter(({ expr }) => /_total\b/.test(expr)))("$name: no counter is shown as it is", ({ expr }) => {
  expect(expr.replaceAll(/\b(?:rate|increase)\([^\]]*\]/g, "")).not.toMatch(/_total\b/);
});
