import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { toLine, toSvg } from "./draw.mjs";
// @ts-expect-error: a script, without types
import { createTally, load } from "./load.mjs";
// @ts-expect-error: a script, without types
import { readOptions } from "./options.mjs";
// @ts-expect-error: a script, without types
import { readWhatIf, whatIf } from "./what-if.mjs";
import { readLoad } from "./model/load.ts";
import { simulate } from "./model/simulate.ts";

describe("options", () => {
  test("as they come: the cluster of one apply", async () => {
    const options = await readOptions([]);
    expect(options).toMatchObject({ context: "kind-edge-gists", service: "edge-gists", hasPods: true });
    expect(options.steps[1]).toEqual({ connections: 20, seconds: 30 });
  });

  test("no file is left of a run that has not ended, and none is lost", async () => {
    const folder = mkdtempSync(join(tmpdir(), "autoscale-"));
    try {
      await readOptions([`--out=${join(folder, "new")}`]);
      writeFileSync(join(folder, "old.json"), "{}");
      await readOptions([`--out=${join(folder, "old")}`]);
      expect(readdirSync(folder)).toEqual(["old.json"]);
      expect(readFileSync(join(folder, "old.json"), "utf8")).toBe("{}");
    } finally {
      rmSync(folder, { recursive: true });
    }
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
    ["--window=5s", "--window: at least 6s"],
    ["--window=6.5s", "--window: whole seconds"],
    ["--scale-down-delay=1500ms", "--scale-down-delay: whole seconds"],
    ["--grace=0s", "--grace: at least 0.001s"],
    ["--initial-scale=0", "--initial-scale: a whole number from 1"],
    ["--max=21", "--max: from 1 to 20, not 21"],
    ["--max=0", "--max: from 1 to 20, not 0"],
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

test.each([
  [["--cold-starts=3", "--without-pods"], 2, "--cold-starts: needs pods"],
  [["--simulate", "--load=0:2", "--speed=0", "--out=.cache/autoscale-test"], 0, ""],
])("%j ends with %i", (args, code, message) => {
  const { status, stderr } = spawnSync(process.execPath, ["--no-warnings", "bench/autoscale/run.mjs", ...args]);
  expect([status, String(stderr).slice(0, message.length)]).toEqual([code, message]);
});

describe("what-if", () => {
  /** Bursts and an idle time, so that every setting matters. */
  const load = readLoad("0:10,5:60,100:60,400:60,5:60,0:240");
  async function play(values: Record<string, string>) {
    const service = { environment: "kind", "cold-start": "5.2", "service-time": "100" };
    const usual = { ...service, metric: "concurrency", target: "20", max: "20", window: "20s" };
    const { settings, world } = await readWhatIf({ ...usual, ...values });
    return simulate(settings, load, world).samples;
  }

  const changes: Record<string, Record<string, string>> = {
    class: { class: "hpa", metric: "cpu" },
    metric: { metric: "rps" },
    target: { target: "50" },
    utilization: { utilization: "40" },
    window: { window: "60s" },
    "panic-window": { "panic-window": "30" },
    "panic-threshold": { "panic-threshold": "1000" },
    tbc: { tbc: "-1" },
    min: { min: "1" },
    max: { max: "2" },
    "initial-scale": { "initial-scale": "3" },
    "activation-scale": { "activation-scale": "3" },
    "scale-down-delay": { "scale-down-delay": "60s" },
    retention: { retention: "90s" },
    grace: { grace: "60s" },
    "max-scale-up-rate": { "max-scale-up-rate": "1.5" },
    "max-scale-down-rate": { "max-scale-down-rate": "1.1" },
    "max-scale-limit": { "max-scale-limit": "0", max: "0" },
    "container-concurrency": { "container-concurrency": "10" },
    "cold-start": { "cold-start": "20" },
    "service-time": { "service-time": "500" },
    capacity: { capacity: "100" },
  };

  test("every option but those of the picture is one of these", () => {
    const ofPicture = new Set(["simulate", "load", "environment", "speed", "out"]);
    const others = Object.keys(whatIf.options).filter((name) => !ofPicture.has(name));
    expect(Object.keys(changes).toSorted()).toEqual(others.toSorted());
  });

  test.each(Object.entries(changes))("--%s changes what happens", async (_, values) => {
    expect(await play(values)).not.toEqual(await play({}));
  });

  test("--initial-scale begins with a new revision, which starts that many pods", async () => {
    const [first] = await play({ "initial-scale": "3" });
    expect(first?.pods).toMatchObject({ ready: 0, starting: 3, wanted: 3 });
    expect((await play({}))[0]?.pods).toMatchObject({ ready: 0, starting: 0 });
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
