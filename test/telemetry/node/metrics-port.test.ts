import { describe, expect, test } from "vitest";
import { useService } from "../../contract/support/service.ts";
import { toSamples } from "../support/exposition.ts";
import { freePort } from "../../../harness/free-port.ts";

describe("METRICS_PORT", async () => {
  const port = await freePort();
  const service = useService({ METRICS_PORT: String(port) });
  const scrape = (path = "/metrics", init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);

  test("serves the metrics in both formats", async () => {
    const text = await scrape();
    expect(text.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const open = await scrape("/metrics?name=x", { headers: { accept: "application/openmetrics-text" } });
    expect(open.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(await open.text()).toMatch(/# EOF\n$/);
    expect(await text.text()).toContain("process_cpu_seconds_total");
  });

  test("scrapes there are no requests of the service", async () => {
    await service.get("/rate_limit");
    const count = async () => {
      const samples = toSamples(await (await scrape()).text());
      return [...samples].filter(([series]) => series.startsWith("http_requests_total"));
    };
    const before = await count();
    for (let n = 0; n < 5; n++) await scrape();
    expect(before).not.toEqual([]);
    expect(await count()).toEqual(before);
    expect(toSamples(await (await scrape()).text()).get("http_requests_in_flight")).toBe(0);
  });

  test.each(["/", "/octocat", "/health", "/metrics/", "/metricsx"])("nothing else is there: %s", async (path) => {
    expect((await scrape(path)).status).toBe(404);
  });

  test("the main port has them as well", async () => {
    expect((await service.get("/metrics")).status).toBe(200);
  });
});
