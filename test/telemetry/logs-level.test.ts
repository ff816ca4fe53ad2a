import { describe, expect, test } from "vitest";
import { freshSince } from "../contract/support/fresh.ts";
import { useService } from "../contract/support/service.ts";
import { logLines } from "./support/logs.ts";

const affairs = ["/health", "/health/ready", "/metrics"];

describe.each([
  ["info", [["info", "/rate_limit"]]],
  ["debug", [...affairs.map((route) => ["debug", route]), ["info", "/rate_limit"]]],
])("LOG_LEVEL=%s", (level, expected) => {
  const service = useService({ LOG_LEVEL: level });

  test("health checks and scrapes are for debugging only", async () => {
    const before = service.target.logs().length;
    for (const path of [...affairs, "/rate_limit"]) expect((await service.get(path)).status).toBe(200);
    const requests = () =>
      logLines(service.target.logs().slice(before))
        .filter((line) => line["msg"] === "request")
        .map((line) => [line["level"], line["route"]]);
    // The last of them is logged at either level.
    await expect.poll(() => requests().length, { timeout: 5000, interval: 20 }).toBe(expected.length);
    expect(requests()).toEqual(expected);
  });
});

describe.each([
  ["0", 0, 0],
  ["0.5", 60, 140],
  ["1", 200, 200],
])("LOG_HIT_RATIO=%s", (ratio, atLeast, atMost) => {
  const service = useService({ LOG_HIT_RATIO: ratio });

  test("is the part of hits that is logged; all else always is", async () => {
    const path = `/octocat?since=${freshSince()}`;
    await service.get(path);
    for (let n = 0; n < 200; n++) await (await service.get(path)).arrayBuffer();
    for (let n = 0; n < 3; n++) await service.get("/octocat?page=x");
    const lines = () => logLines(service.target.logs()).filter((line) => line["msg"] === "request");
    await expect
      .poll(() => lines().filter((line) => line["status"] === 422), { timeout: 5000, interval: 20 })
      .toHaveLength(3);
    const handled = (word: string) => lines().filter((line) => line["handling"] === word).length;
    expect(handled("MISS")).toBe(1);
    // Half of 200 within more than five standard deviations.
    expect(handled("HIT")).toBeGreaterThanOrEqual(atLeast);
    expect(handled("HIT")).toBeLessThanOrEqual(atMost);
  });
});
