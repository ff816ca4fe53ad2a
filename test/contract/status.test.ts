import { describe, expect, inject, test } from "vitest";
import { useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { standIn } from "./support/stand-in.ts";

const browser = { headers: { accept: "text/html,application/xhtml+xml" } };
const runtime = inject("runtime");

describe("/status by default", () => {
  test.each(["*/*", browser.headers.accept])("is no page, and no user's list, for Accept: %s", async (accept) => {
    const response = await shared.get("/status", { headers: { accept } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: "404", documentation_url: expect.any(String) });
  });

  test("no page leads to it", async () => {
    for (const path of ["/", "/rate_limit", "/docs"])
      expect(await (await shared.get(path, browser)).text(), path).not.toContain('href="status"');
  });
});

describe.runIf(runtime === "node")("/status with STATUS_PAGE=on", () => {
  const service = useService({ STATUS_PAGE: "on" });

  test("is a page with the policy of the others, and has no figure in it", async () => {
    const response = await service.get("/status", browser);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = (await service.get("/metrics", browser)).headers.get("content-security-policy");
    expect(response.headers.get("content-security-policy")).toBe(policy);
    expect(policy).toMatch(/script-src 'self';.*trusted-types 'none'/);
    expect(await response.text()).not.toMatch(/# HELP|_total/);
  });

  test("all that it loads is there", async () => {
    const html = await (await service.get("/status", browser)).text();
    const files = [...html.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, file = ""]) => file);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect((await service.get(`/${file}`)).status, file).toBe(200);
  });

  test("every page leads to it, and it leads to the metrics", async () => {
    for (const path of ["/", "/rate_limit", "/docs", "/metrics", "/no/such/path"])
      expect(await (await service.get(path, browser)).text(), path).toMatch(/href="(?:\.\.\/)*status">Status</);
    expect(await (await service.get("/status", browser)).text()).toContain('<a href="metrics">metrics</a>');
  });

  test("programs get at /metrics what they got, and no call to GitHub is made", async () => {
    await service.get("/status", browser);
    expect(await (await service.get("/metrics")).text()).toMatch(/^# HELP /);
    expect(await standIn(service).calls()).toEqual([]);
  });

  test("a process tells its start to a part of a second: pods that start together differ", async () => {
    const started = /^process_start_time_seconds (.+)$/m.exec(await (await service.get("/metrics")).text())?.[1];
    expect(Math.abs(Date.now() / 1000 - Number(started))).toBeLessThan(3600);
    expect(started).toMatch(/^\d+\.\d{3}/);
  });
});

describe.runIf(runtime === "worker")("on a Worker STATUS_PAGE", () => {
  const service = useService({ STATUS_PAGE: "on" });

  test("has no effect", async () => {
    expect((await service.get("/status", browser)).status).toBe(404);
  });
});
