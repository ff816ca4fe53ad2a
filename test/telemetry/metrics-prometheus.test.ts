import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshSince } from "../contract/support/fresh.ts";
import { runtime } from "../contract/support/service.ts";
import { expose, seriesOf, toSamples } from "./support/exposition.ts";
import { type Prometheus, startPrometheus } from "./support/prometheus.ts";
import { useTraced } from "./support/service.ts";
import { hasTool } from "./support/tools.ts";
import { traceOf } from "./support/traces.ts";

interface Exemplars {
  seriesLabels: Record<string, string>;
  exemplars: { labels: Record<string, string>; value: string; timestamp: number }[];
}

describe.skipIf(!hasTool("prometheus"))("a Prometheus that scrapes the service", async () => {
  const { service } = await useTraced();
  let running: Prometheus | undefined;
  beforeAll(async () => {
    running = await startPrometheus(new URL(service.url).host);
  });
  afterAll(() => running?.stop());
  const api = <T>(path: string, parameters: Record<string, string>) => {
    if (!running) throw new Error("Prometheus did not start");
    return running.api<T>(path, parameters);
  };

  /** An instant query's value for one series; undefined before it is scraped. */
  async function value(query: string): Promise<number | undefined> {
    const { result } = await api<{ result: { value: [number, string] }[] }>("query", { query });
    return result[0] && Number(result[0].value[1]);
  }

  test("reads everything, by OpenMetrics, and finds nothing wrong", async () => {
    await expect.poll(() => value("up"), { timeout: 10_000, interval: 200 }).toBe(1);
    const { activeTargets } = await api<{ activeTargets: { lastError: string; health: string }[] }>("targets", {});
    expect(activeTargets).toMatchObject([{ lastError: "", health: "up" }]);
    const scope = runtime === "node" ? "process" : "isolate";
    expect(await value(`edge_gists_build_info{scope="${scope}"}`), "what is counted is said").toBe(1);
    const names = new Set([...toSamples(await expose(service)).keys()].map((series) => series.replace(/\{.*/, "")));
    // The first scrape's own series are there for the second.
    const scraped = () => api<string[]>("label/__name__/values", {});
    await expect.poll(scraped, { timeout: 10_000, interval: 200 }).toEqual(expect.arrayContaining([...names]));
  });

  test.each([
    ["http_request_duration_seconds", { route: "/{username}", method: "GET" }],
    ["github_api_request_duration_seconds", {}],
  ])("keeps exemplars of %s: the trace of a real request", async (name, labels) => {
    const before = Date.now() / 1000 - 1;
    const trace = traceOf(await service.get(`/octocat?since=${freshSince()}`));
    const query = { query: `${name}_bucket`, start: String(before), end: String(before + 60) };
    const find = async () =>
      (await api<Exemplars[]>("query_exemplars", query)).flatMap(({ seriesLabels, exemplars }) =>
        exemplars.filter((one) => one.labels["trace_id"] === trace.traceId).map((one) => ({ ...one, seriesLabels })),
      );
    await expect.poll(find, { timeout: 10_000, interval: 200 }).not.toEqual([]);
    const [exemplar] = await find();
    expect(exemplar?.labels).toEqual({ trace_id: trace.traceId });
    expect(exemplar?.seriesLabels).toMatchObject({ job: "edge-gists", ...labels });
    expect(Number(exemplar?.value)).toBeLessThanOrEqual(Number(exemplar?.seriesLabels["le"]));
  });

  test("counts on while others ask for the older text: neither format changes the other's names", async () => {
    const path = `/octocat?since=${freshSince()}`;
    await service.get(path);
    const hits = toSamples(await expose(service)).get("cache_hits_total") ?? 0;
    for (let n = 0; n < 20; n++) {
      await service.get(path);
      const [text, open] = await Promise.all([expose(service), expose(service, "application/openmetrics-text")]);
      expect(text).toMatch(/^# TYPE cache_hits_total counter$/m);
      expect(open).toMatch(/^# TYPE cache_hits counter$/m);
      for (const body of [text, open]) expect(toSamples(body).get("cache_hits_total")).toBe(hits + n + 1);
      expect(seriesOf(text)).toEqual(seriesOf(open));
    }
    await expect.poll(() => value("cache_hits_total"), { timeout: 10_000, interval: 200 }).toBe(hits + 20);
    expect(await value('{__name__=~".*_total_total"}')).toBeUndefined();
  });
});
