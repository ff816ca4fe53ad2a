import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { toLine, toSvg } from "./draw.mjs";
// @ts-expect-error: a script, without types
import { createTally, load } from "./load.mjs";
// @ts-expect-error: a script, without types
import { readOptions, readSteps } from "./options.mjs";

describe("options", () => {
  test("steps are connections and seconds", () => {
    expect(readSteps("0:10, 50:30")).toEqual([
      { connections: 0, seconds: 10 },
      { connections: 50, seconds: 30 },
    ]);
  });

  test.each(["", "50", "50:0", "a:1", "-1:5"])("%j is refused", (text) => {
    expect(() => readSteps(text)).toThrow("--load");
  });

  test("as they come: the cluster of one apply", () => {
    expect(readOptions([])).toMatchObject({ context: "kind-edge-gists", service: "edge-gists", hasPods: true });
  });
});

describe("a second's tally", () => {
  test("has the middle and the slowest hundredth of the responses, and resets", () => {
    const tally = createTally();
    for (let time = 1; time <= 200; time += 1) tally.answer(200, time);
    tally.answer(503, 9000);
    tally.fail();
    expect(tally.take()).toEqual({ requests: 200, failed: 2, p50: 101, p99: 199 });
    expect(tally.take()).toEqual({ requests: 0, failed: 0, p50: undefined, p99: undefined });
  });

  test("counts the responses to a real load", async () => {
    let asked = 0;
    const server = createServer((_, answer) => answer.writeHead(++asked % 5 ? 200 : 500).end());
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const tally = createTally();
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await load({ connections: 2, seconds: 1 }, { url, tally });
    server.closeAllConnections();
    server.close();
    const { requests, failed, p50 } = tally.take();
    expect(requests).toBeGreaterThan(10);
    expect(failed / (requests + failed)).toBeCloseTo(0.2, 1);
    expect(p50).toBeGreaterThan(0);
  });
});

const quiet = { second: 0, connections: 0, requests: 0, failed: 0, p50: undefined, p99: undefined };
const busy = { second: 1, connections: 9, requests: 50, failed: 2, p50: 3, p99: 12.4 };

describe("the chart", () => {
  test("a line a second: requests, latency, failures, pods", () => {
    const line = toLine({ ...busy, pods: { ready: 2, starting: 1, ending: 1 } }, 100);
    expect(line).toContain(` ${"█".repeat(15)} `);
    expect(line).toMatch(/50\/s +3 ms +12 ms +2 failed +●●◐○$/);
  });

  test("unknown pods are not zero pods", () => {
    expect(toLine(quiet, 1)).toMatch(/\?$/);
    expect(toLine({ ...quiet, pods: { ready: 0, starting: 0, ending: 0 } }, 1)).not.toMatch(/[?●]/);
  });

  test("a picture with a panel for pods where they are known, and whole numbers only", () => {
    const pods = { ready: 1, starting: 0, ending: 0 };
    const whole: string = toSvg([quiet, busy, { ...busy, second: 2, pods }], "a & b");
    expect(whole).toContain(">Pods<");
    expect(whole).not.toMatch(/NaN|undefined|Infinity/);
    expect(whole).toContain("a &amp; b");
    expect(toSvg([quiet, busy], "x")).not.toContain(">Pods<");
  });
});
