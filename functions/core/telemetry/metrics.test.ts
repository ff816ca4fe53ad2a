import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { createMetrics, type Metrics } from "./metrics.ts";
import { metricTable } from "./metrics-table.ts";

const text = "text/plain; version=0.0.4; charset=utf-8";
const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/** As Prometheus 3 sends it. */
const prometheus =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5," +
  "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

function createUsed(): Metrics {
  const metrics = createMetrics({ version: "1.2.3", commit: "abc" });
  metrics.add("http_requests_total", { method: "GET", route: "/{username}", status: 200 });
  metrics.add("http_requests_total", { method: "GET", route: "/{username}", status: 200 }, 2);
  metrics.observe("http_request_duration_seconds", { method: "GET", route: "/{username}" }, 0.03);
  metrics.add("cache_hits_total", {});
  metrics.add("github_api_requests_total", { status: "error" });
  return metrics;
}

describe("the exposition", () => {
  test.each([
    [undefined, text],
    ["", text],
    ["*/*", text],
    ["text/plain", text],
    ["text/plain, application/openmetrics-text;q=0.9", text],
    ["application/openmetrics-text;q=0", text],
    ["application/openmetrics-text;q=x;q=", text],
    ["application/openmetrics-text;q=0.5, text/plain;q=0x1", openMetrics],
    ["text/plain, application/openmetrics-text", openMetrics],
    ["application/openmetrics-textile", text],
    ["application/openmetrics-text", openMetrics],
    ["Application/OpenMetrics-Text; version=1.0.0", openMetrics],
    [prometheus, openMetrics],
  ])("for Accept %s is %s", async (accept, contentType) => {
    expect((await createUsed().expose(accept)).contentType).toBe(contentType);
  });

  test("in the older text format have no end mark and full counter names", async () => {
    const { body } = await createUsed().expose(undefined);
    expect(body).toContain("# TYPE http_requests_total counter\n");
    expect(body).toContain('http_requests_total{method="GET",route="/{username}",status="200"} 3\n');
    expect(body).not.toContain("# EOF");
    expect(body.endsWith("\n")).toBe(true);
  });

  test("in OpenMetrics ends with its end mark, and names counters without _total in their type", async () => {
    const { body } = await createUsed().expose(openMetrics);
    expect(body).toContain("# TYPE http_requests counter\n");
    expect(body).toContain('http_requests_total{method="GET",route="/{username}",status="200"} 3\n');
    expect(body.endsWith("# EOF\n")).toBe(true);
    expect(body.indexOf("# EOF")).toBe(body.lastIndexOf("# EOF"));
  });

  test("counts a duration into every bucket that holds it, in seconds", async () => {
    const { body } = await createUsed().expose(undefined);
    const labels = 'method="GET",route="/{username}"';
    expect(body).toContain(`http_request_duration_seconds_bucket{le="0.025",${labels}} 0\n`);
    expect(body).toContain(`http_request_duration_seconds_bucket{le="0.05",${labels}} 1\n`);
    expect(body).toContain(`http_request_duration_seconds_bucket{le="+Inf",${labels}} 1\n`);
  });

  test("has every metric of the table, and nothing else", async () => {
    const { body } = await createUsed().expose(undefined);
    const exposed = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]);
    expect(exposed).toEqual(Object.entries(metricTable).map(([name, { type }]) => [name, type]));
  });

  test("of each format is the same, whatever format was or is requested meanwhile", async () => {
    const metrics = createUsed();
    const [plain, open] = [await metrics.expose(text), await metrics.expose(openMetrics)];
    const order = [openMetrics, text, text, openMetrics, openMetrics, text];
    const bodies = await Promise.all(order.map((accept) => metrics.expose(accept)));
    expect(bodies).toEqual(order.map((accept) => (accept === text ? plain : open)));
    expect(await metrics.expose(text)).toEqual(plain);
  });

  test("names the build", async () => {
    expect((await createUsed().expose(undefined)).body).toContain(
      'edge_gists_build_info{version="1.2.3",commit="abc",scope="process"} 1\n',
    );
  });

  test("of one app contains no data of another", async () => {
    createUsed();
    const { body } = await createMetrics({ version: "1", commit: "a" }).expose(undefined);
    expect(body).not.toContain("http_requests_total{");
  });
});

test("the wrong kind of instrument is a compile error", () => {
  const metrics = createMetrics({ version: "1", commit: "a" });
  // @ts-expect-error a counter cannot be set
  expect(() => metrics.set("cache_hits_total", {}, 1)).toThrow(TypeError);
  // @ts-expect-error a gauge has no observations
  expect(() => metrics.observe("cache_entries", {}, 1)).toThrow(TypeError);
  // @ts-expect-error a histogram has no sum of its own to add to
  expect(() => metrics.add("cache_entry_age_seconds", {})).toThrow(TypeError);
  // The types alone refuse these.
  // @ts-expect-error a gauge is set, not added to
  metrics.add("cache_entries", {});
  // @ts-expect-error a counter has no observations to bind
  metrics.observer("cache_hits_total", {});
  // @ts-expect-error a gauge does not count
  metrics.counter("cache_entries", {});
});

describe("the table", () => {
  test("follows Prometheus's naming: counters end in _total, others do not, help is a sentence", () => {
    for (const [name, { type, help }] of Object.entries(metricTable)) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      expect(help, name).toMatch(/\.$/);
    }
  });
});

const promtool = spawnSync("promtool", ["--version"]).status === 0;
if (!promtool)
  console.warn(
    "LEFT OUT promtool's check of the exposition: promtool (Debian: apt-get install prometheus) is not on the PATH",
  );

describe.skipIf(!promtool)("promtool", () => {
  test("finds no fault in the exposition", async () => {
    const { body } = await createUsed().expose(undefined);
    const checked = spawnSync("promtool", ["check", "metrics"], { input: body, encoding: "utf8" });
    expect(checked.stderr + checked.stdout).toBe("");
    expect(checked.status).toBe(0);
  });
});
