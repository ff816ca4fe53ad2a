import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { toLine, toSvg } from "./draw.mjs";
// @ts-expect-error: a script, without types
import { createTally, load } from "./load.mjs";
// @ts-expect-error: a script, without types
import { readOptions } from "./options.mjs";

describe("options", () => {
  test("as they come: the cluster of one apply", async () => {
    const options = await readOptions([]);
    expect(options).toMatchObject({ context: "kind-edge-gists", service: "edge-gists", hasPods: true });
    expect(options.steps[1]).toEqual({ connections: 20, seconds: 30 });
  });

  test.each([
    ["--cold-start=1e9", '--cold-start: a number from 0 to 600, not "1e9"'],
    ["--class=foo", '--class: kpa or hpa, not "foo"'],
    ["--panic-window=0", "--panic-window: a number from 1 to 100"],
    ["--panic-threshold=100", "--panic-threshold: a number from 110 to 1000"],
    ["--activation-scale=1", "--activation-scale: a whole number from 2"],
    ["--utilization=0", "--utilization: a number from 1 to 100"],
    ["--target=0", "--target: a number from 0.01"],
    ["--tbc=-0.5", "--tbc: a number from 0, or -1"],
    ["--retention=2h", "--retention: at most 1h"],
    ["--speed=NaN", "--speed: a number from 0 to 1000"],
    ["--load=999999:1", "--load: at most 10000 connections"],
    ["--load=1:99999", "--load: at most 14400 seconds"],
    ["--out=", "--out: a file"],
    ["--out=/proc/no/file", "--out: /proc/no cannot be written"],
    ["--out=/proc/file", "--out: /proc cannot be written"],
  ])("--simulate %s is refused before anything runs", async (option, message) => {
    const command = promisify(execFile)(process.execPath, [
      "--no-warnings",
      "bench/autoscale/run.mjs",
      "--simulate",
      option,
    ]);
    await expect(command).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(message), stdout: "" });
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
    let failed = 0;
    const server = createServer((_, answer) => {
      const isOk = ++asked % 5 > 0;
      if (!isOk) failed += 1;
      answer.writeHead(isOk ? 200 : 500).end();
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const tally = createTally();
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const connections = 2;
    await load({ connections, seconds: 1 }, { url, tally });
    server.closeAllConnections();
    server.close();
    const taken = tally.take();
    expect(taken.requests).toBeGreaterThan(0);
    expect(taken.p50).toBeGreaterThan(0);
    // The end of the load cuts off what each connection waits for.
    const missing = { answered: asked - failed - taken.requests, failed: failed - taken.failed };
    expect(Math.min(missing.answered, missing.failed)).toBeGreaterThanOrEqual(0);
    expect(missing.answered + missing.failed).toBeLessThanOrEqual(connections);
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
