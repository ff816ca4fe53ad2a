import { describe, expect, test } from "vitest";
import { freshSince } from "../contract/support/fresh.ts";
import { runtime, useService } from "../contract/support/service.ts";
import { standIn } from "../contract/support/stand-in.ts";

const probes = ["/health", "/health/ready"];

describe.each([
  ["GitHub cannot be reached", { GITHUB_API_URL: "http://127.0.0.1:9", UPSTREAM_RETRIES: "0" }],
  ["the shared cache cannot be reached", runtime === "node" ? { REDIS_URL: "redis://127.0.0.1:9" } : {}],
  ["the receiver of traces cannot be reached", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }],
])("while %s", (_what, env) => {
  const service = useService(env as unknown as Record<string, string>);

  test.each(probes)("%s is 200 at once", async (path) => {
    await service.get("/octocat");
    const before = performance.now();
    expect((await service.get(path)).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe("while GitHub hangs and every place for calls to it is taken", () => {
  const service = useService({ UPSTREAM_CONCURRENCY: "1", UPSTREAM_QUEUE: "1", UPSTREAM_TIMEOUT_MS: "5000" });

  test.each(probes)("%s is 200 at once, and asks GitHub nothing", async (path) => {
    await standIn(service).fault({ kind: "hang" });
    const controller = new AbortController();
    const ask = () =>
      service.get(`/octocat?since=${freshSince()}`, { signal: controller.signal }).catch(() => undefined);
    const waiting = [ask(), ask(), ask()];
    await expect.poll(async () => (await standIn(service).calls()).length, { interval: 10 }).toBeGreaterThan(0);
    const calls = (await standIn(service).calls()).length;
    const before = performance.now();
    for (let n = 0; n < 10; n++) expect((await service.get(path)).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(2000);
    expect((await standIn(service).calls()).length).toBe(calls);
    controller.abort();
    await Promise.all(waiting);
    await standIn(service).fault();
  });
});
