import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { rawFaults } from "../../docs/generate/raw-faults.ts";
import { notable } from "../../stand-in/octocat.ts";
import { expectError } from "../contract/support/errors.ts";
import { freshSince } from "../contract/support/fresh.ts";
import { bytesAtGitHub, digest, identity, rawCalls, rawGist } from "../contract/support/raw-files.ts";
import { runtime, startBeside, useService } from "../contract/support/service.ts";
import { standIn } from "../contract/support/stand-in.ts";
import { metric } from "./support/metrics.ts";

/* GitHub's raw host fails: it costs the file, never the API nor a file that is cached, and no client takes a part for the whole. */

const path = `/gists/${rawGist}/raw/five-megabytes.txt`;
const raw = "/octocat/";
const quick = { UPSTREAM_RETRIES: "0", UPSTREAM_TRY_TIMEOUT_MS: "3000" };

const service = useService(quick);
afterEach(() => standIn(service).fault());

/** An instance without anything cached, on the same stand-in. */
async function withFresh<T>(work: (url: string) => Promise<T>, env: Record<string, string> = quick): Promise<T> {
  const target = await startBeside(service, env);
  try {
    return await work(target.url);
  } finally {
    await target.stop();
  }
}

/** The rest of the service, while the raw host has a fault. */
async function expectTheRestWorks(url: string): Promise<void> {
  expect((await fetch(`${url}/octocat?since=${freshSince()}`)).status).toBe(200);
  expect((await fetch(`${url}/gists/${notable.large}/raw/large.txt`)).status).toBe(200);
  expect((await fetch(`${url}/gists/${rawGist}/raw`)).status).toBe(200);
}

describe("before its first byte", () => {
  test.each(rawFaults.filter(({ status }) => status !== undefined))(
    "$name is $status that names no host, and the rest works",
    async ({ trouble, status = 0 }) => {
      await standIn(service).fault({ ...trouble, path: raw });
      await withFresh(async (url) => {
        const failed = await fetch(`${url}${path}`);
        await expectError(failed, status);
        await expectTheRestWorks(url);
        await standIn(service).fault();
        const read = async () => (await (await fetch(`${url}${path}`, { headers: identity })).arrayBuffer()).byteLength;
        // One failure is not remembered; a limit is until its Retry-After.
        if (failed.headers.has("retry-after")) await expect.poll(read).toBe(5_000_000);
        else expect(await read()).toBe(5_000_000);
      });
    },
  );
});

describe("in the middle of a file", () => {
  // No compression makes it smaller: what the fault counts are its own bytes.
  const noise = `/gists/${rawGist}/raw/noise.bin`;
  const broken = rawFaults.filter(({ status }) => status === undefined);

  test.each(broken)("$name: no client takes a part for the whole", async ({ trouble }) => {
    await standIn(service).fault({ ...trouble, path: raw });
    await withFresh(async (url) => {
      const read = async () => (await (await fetch(`${url}${noise}`)).arrayBuffer()).byteLength;
      const outcomes = await Promise.allSettled([read(), read(), read()]);
      // Either the transfer breaks, or an error came before the first byte.
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") expect(outcome.value).toBeLessThan(1000);
      }
      expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
      await standIn(service).fault();
      const wanted = digest(await bytesAtGitHub(service.github, rawGist, "noise.bin"));
      const whole = async () => digest(await (await fetch(`${url}${noise}`)).arrayBuffer());
      await expect.poll(whole, { interval: 300 }).toBe(wanted);
    });
  });

  test("comes slowly and steadily: it is no failure", async () => {
    await standIn(service).fault({ kind: "drip", bytes: 150_000, ms: 150, path: raw });
    await withFresh(async (url) => {
      const bytes = await (await fetch(`${url}${noise}`)).arrayBuffer();
      expect(bytes.byteLength).toBe(1_500_000);
    });
  });
});

describe("limits this service by 429", () => {
  const limited = useService(quick);
  const other = `/gists/${rawGist}/raw/two-megabytes.csv`;

  test("stays apart from the API: no further file is asked for until Retry-After, all else is served", async () => {
    await (await limited.get(path)).arrayBuffer();
    const headers = { "retry-after": "120" };
    await standIn(limited).fault({ kind: "status", status: 429, html: true, headers, path: raw });
    const first = await limited.get(other);
    const { message } = await expectError(first, 403);
    expect(message).toMatch(/^You have exceeded a secondary rate limit: GitHub's raw host/);
    expect(Number(first.headers.get("retry-after"))).toBeGreaterThan(100);
    const before = (await rawCalls(limited)).length;
    await expectError(await limited.get(other), 403);
    await expectError(await limited.get(`/gists/${rawGist}/raw/noise.bin`), 403);
    expect((await rawCalls(limited)).length).toBe(before);
    expect((await (await limited.get(path, { headers: identity })).arrayBuffer()).byteLength).toBe(5_000_000);
    await expectTheRestWorks(limited.url);
    expect(await metric(limited.url, "github_raw_requests_total", { status: "429" })).toBe(1);
    expect(await metric(limited.url, "github_raw_requests_total", { status: "200" })).toBe(1);
    expect(await metric(limited.url, "github_raw_bytes_total")).toBe(5_000_000);
  });
});

describe("the API limits this service", () => {
  const limited = useService(quick);

  test("a file of a cached gist is read from the raw host nevertheless", async () => {
    await limited.get(`/gists/${rawGist}`);
    await standIn(limited).fault({ kind: "secondary", retryAfter: 60, path: "/users" });
    expect((await limited.get(`/octocat?since=${freshSince()}`)).status).toBe(403);
    expect((await (await limited.get(path, { headers: identity })).arrayBuffer()).byteLength).toBe(5_000_000);
  });
});

describe.runIf(runtime === "node")("a file that breaks off", () => {
  const logged = useService(quick);

  test("is a line of the log, in JSON, however many read it", async () => {
    await logged.get(`/gists/${rawGist}`);
    await standIn(logged).fault({ kind: "cut", bytes: 700_000, path: raw, times: 1 });
    const read = async () => (await logged.get(path, { headers: identity })).arrayBuffer();
    const outcomes = await Promise.allSettled([read(), read(), read()]);
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
    const lines = () => logged.target.logs().map((line) => JSON.parse(line) as { msg: string });
    const broken = () => lines().filter(({ msg }) => msg === "a file from GitHub's raw host broke off");
    await expect.poll(broken).toHaveLength(1);
  });
});

describe("a client that leaves in the middle", () => {
  const left = useService(quick);
  const noise = `/gists/${rawGist}/raw/noise.bin`;
  const calls = async () => (await rawCalls(left)).length;

  /** Begins to read a file that takes some 700 ms, and leaves. */
  async function leave(file: string, meanwhile: () => Promise<Response>[]): Promise<Response[]> {
    await standIn(left).fault({ kind: "drip", bytes: 100_000, ms: 50, path: raw });
    const leaving = new AbortController();
    const first = await left.get(file, { signal: leaving.signal });
    const others = meanwhile();
    await first.body!.getReader().read();
    leaving.abort();
    return Promise.all(others);
  }

  test("takes nothing from those who read with it, nor from those who come: one call, and the file is kept", async () => {
    const before = await calls();
    const others = await leave(noise, () => [left.get(noise), left.get(noise)]);
    const wanted = digest(await bytesAtGitHub(left.github, rawGist, "noise.bin"));
    for (const response of others) expect(digest(await response.arrayBuffer())).toBe(wanted);
    await standIn(left).fault();
    expect(digest(await (await left.get(noise)).arrayBuffer())).toBe(wanted);
    expect((await calls()) - before).toBe(1);
  });

  test("alone: the file is kept nevertheless", async () => {
    const alone = `/gists/${notable.truncated}/raw/big.csv`;
    const before = await calls();
    await leave(alone, () => []);
    await standIn(left).fault();
    expect((await (await left.get(alone, { headers: identity })).arrayBuffer()).byteLength).toBe(2_400_000);
    expect((await calls()) - before).toBe(1);
  });
});

describe.runIf(runtime === "node")("fifty clients that read nothing", () => {
  const slow = useService();

  test.each([
    ["of a file that arrives", true],
    ["of a file that is cached", false],
  ])("%s hold its bytes once", async (_what, isCold) => {
    if (!isCold) await (await slow.get(path, { headers: identity })).arrayBuffer();
    const { hostname, port } = new URL(slow.url);
    const sockets = Array.from({ length: 50 }, () => {
      const socket = connect({ host: hostname, port: Number(port) }).on("error", () => undefined);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
      return socket.pause();
    });
    const held = () => metric(slow.url, "http_response_bytes_in_flight");
    await expect.poll(held).toBe(5_000_000);
    expect(await metric(slow.url, "cache_size_bytes")).toBeLessThan(7_000_000);
    expect((await rawCalls(slow)).length).toBe(1);
    for (const socket of sockets) socket.destroy();
    await expect.poll(held).toBe(0);
    await expect.poll(() => metric(slow.url, "github_raw_bytes_in_flight")).toBe(0);
  });
});
