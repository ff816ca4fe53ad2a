import { describe, expect, test } from "vitest";
import { freshSince } from "../contract/support/fresh.ts";
import { logLines } from "./support/logs.ts";
import type { Manner } from "./support/receiver.ts";
import { useTraced } from "./support/service.ts";
import { spansOf, traceOf } from "./support/traces.ts";

const manners: [string, Manner][] = [
  ["hangs", "hang"],
  ["closes the connection", "reset"],
  ["sends 500", { status: 500 }],
  ["sends 503", { status: 503 }],
  ["sends 400", { status: 400 }],
];

describe.each(manners)("a receiver that %s", async (_what, manner) => {
  const { service, receiver } = await useTraced({
    OTEL_EXPORTER_OTLP_TIMEOUT: "400",
    OTEL_BSP_EXPORT_TIMEOUT: "600",
    OTEL_BSP_MAX_QUEUE_SIZE: "16",
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "8",
  });
  const said = (msg: string) => logLines(service.target.logs()).filter((line) => line["msg"] === msg);

  test("costs no request anything, is said once, and gets what comes after it is well", async () => {
    receiver.behave(manner);
    const path = `/octocat?since=${freshSince()}`;
    const times: number[] = [];
    for (let n = 0; n < 30; n++) {
      const before = performance.now();
      const response = await service.get(n % 2 === 0 ? path : "/rate_limit");
      await response.arrayBuffer();
      expect(response.status).toBe(200);
      times.push(performance.now() - before);
    }
    // The median: one alone may have been held up by the machine.
    const median = times.toSorted((a, b) => a - b)[15];
    expect(median, "no request waits for an export, which takes 400 ms to be given up").toBeLessThan(350);
    await expect.poll(() => said("traces are not exported"), { timeout: 5000, interval: 20 }).not.toEqual([]);
    for (let n = 0; n < 5; n++) await service.get("/rate_limit");
    // One batch after another fails by now, and nothing has been exported in between.
    const failures = said("traces are not exported");
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ level: "warn", cause: expect.any(String) });

    receiver.behave("accept");
    let last = traceOf(await service.get("/rate_limit"));
    // Spans that the receiver got while it failed may still be in the process of being dropped.
    await expect
      .poll(
        async () => {
          last = traceOf(await service.get("/rate_limit"));
          return receiver.spans.length;
        },
        { timeout: 8000, interval: 100 },
      )
      .toBeGreaterThan(0);
    await spansOf(receiver, last.traceId, 1);
    await expect.poll(() => said("traces are exported again"), { timeout: 5000, interval: 20 }).not.toEqual([]);
  });
});

describe("a receiver that is not there", async () => {
  const { service, receiver } = await useTraced({ OTEL_EXPORTER_OTLP_TIMEOUT: "400" });

  test("costs no request anything", async () => {
    await receiver.close();
    const statuses = [];
    for (let n = 0; n < 10; n++) statuses.push((await service.get("/octocat")).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await expect
      .poll(() => service.target.logs().join("\n"), { timeout: 5000, interval: 20 })
      .toContain('"traces are not exported"');
    expect((await service.get("/octocat")).status).toBe(200);
  });
});
