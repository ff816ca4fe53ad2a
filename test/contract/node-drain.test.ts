import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Target } from "../../harness/target.ts";
import { freshSince } from "./support/fresh.ts";
import { sendRaw } from "./support/raw-http.ts";
import { runtime, type Service, startBeside, useService } from "./support/service.ts";
import { bySince, standIn } from "./support/stand-in.ts";

// Node only: a Worker gets no signals. Not on Windows: it has no SIGTERM, a process is just ended.
const here = describe.runIf(runtime === "node" && process.platform !== "win32");

/** Signals a process, and waits until it says that it drains. */
async function drain(target: Target, signal: NodeJS.Signals): Promise<void> {
  target.process?.kill(signal);
  await expect.poll(() => target.logs().some((line) => line.includes('"draining"')), { interval: 10 }).toBe(true);
}

/** A connection that stays open between requests, and all that came over it. */
async function openConnection(target: Target) {
  const { hostname, port } = new URL(target.url);
  const socket = connect(Number(port), hostname).setEncoding("latin1");
  let received = "";
  socket.on("data", (chunk: string) => (received += chunk));
  const closed = once(socket, "close");
  await once(socket, "connect");
  return {
    closed,
    received: () => received,
    write: (text: string) => void socket.write(text),
  };
}

/** Starts a slow request, and waits until GitHub has it. */
async function startSlowRequest(service: Service, target: Target, ms: number): Promise<{ answer: Promise<Response> }> {
  await standIn(service).fault({ kind: "latency", ms });
  const since = freshSince();
  const answer = fetch(`${target.url}/octocat?since=${since}`);
  await expect.poll(() => standIn(service).calls(bySince(since)), { interval: 20 }).toHaveLength(1);
  return { answer };
}

here("a draining server", () => {
  const service = useService();
  afterEach(() => standIn(service).fault());

  test.each(["SIGTERM", "SIGINT"] as const)(
    "finishes what is in flight after %s, then exits with 0",
    async (signal) => {
      const target = await startBeside(service);
      const { answer } = await startSlowRequest(service, target, 700);
      await drain(target, signal);
      const response = await answer;
      expect(response.status).toBe(200);
      expect((await response.json()) as unknown[]).toHaveLength(30);
      expect(await target.process?.exited).toEqual({ code: 0, signal: null });
    },
  );

  test("takes no new connection", async () => {
    const target = await startBeside(service);
    const { answer } = await startSlowRequest(service, target, 700);
    await drain(target, "SIGTERM");
    const late = await sendRaw(target.url, { target: "/health" }).then(
      (response) => response.status,
      () => "refused",
    );
    expect(["refused", 503]).toContain(late);
    expect((await answer).status).toBe(200);
    await target.process?.exited;
  });

  test("says that it is not ready to a request that had begun to arrive, and closes the connection", async () => {
    const target = await startBeside(service);
    const connection = await openConnection(target);
    // The first response shows that the beginning of the second request was read as well.
    connection.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health/ready HTTP/1.1\r\nHost: x\r\n");
    await expect.poll(connection.received, { interval: 10 }).toMatch(/^HTTP\/1\.1 200 /);
    await drain(target, "SIGTERM");
    connection.write("\r\n");
    await connection.closed;
    const last = connection.received().slice(connection.received().lastIndexOf("HTTP/1.1"));
    expect(last).toMatch(/^HTTP\/1\.1 503 /);
    expect(last).toMatch(/^connection: close/im);
    expect(await target.process?.exited).toEqual({ code: 0, signal: null });
  });

  test("tells a client whose request is in flight that its connection closes", async () => {
    const target = await startBeside(service);
    const { answer } = await startSlowRequest(service, target, 700);
    await drain(target, "SIGTERM");
    expect((await answer).headers.get("connection")).toBe("close");
    await target.process?.exited;
  });

  test("an idle one exits by itself, with kept-alive connections open", async () => {
    const target = await startBeside(service);
    const connection = await openConnection(target);
    connection.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    await expect.poll(connection.received, { interval: 10 }).toMatch(/^HTTP\/1\.1 200 /);
    const started = performance.now();
    target.process?.kill("SIGTERM");
    expect(await target.process?.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(6000);
    await connection.closed;
  });

  test("waits no longer than SHUTDOWN_GRACE_MS", async () => {
    const target = await startBeside(service, { SHUTDOWN_GRACE_MS: "300" });
    const { answer } = await startSlowRequest(service, target, 20_000);
    const outcome = answer.then(
      () => "answered",
      () => "cut",
    );
    const started = performance.now();
    target.process?.kill("SIGTERM");
    expect(await target.process?.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(6000);
    expect(await outcome).toBe("cut");
  });

  test("a second signal changes nothing", async () => {
    const target = await startBeside(service);
    const { answer } = await startSlowRequest(service, target, 500);
    await drain(target, "SIGTERM");
    target.process?.kill("SIGTERM");
    target.process?.kill("SIGINT");
    expect((await answer).status).toBe(200);
    expect(await target.process?.exited).toEqual({ code: 0, signal: null });
  });
});

here("a server with wrong settings", () => {
  const service = useService();

  test.each([
    ["CACHE_TTL_SECONDS", { CACHE_TTL_SECONDS: "value-7c31" }],
    ["REDIS_URL", { REDIS_PASSWORD: "value-7c31" }],
    ["REDIS_URL", { REDIS_URL: "redis://cache?password=value-7c31" }],
  ])("does not start, names %s, and no value", async (name, settings) => {
    const failed = await startBeside(service, settings).then(
      async (target) => (await target.stop(), "started"),
      (error: Error) => error.message,
    );
    expect(failed).toContain(name);
    expect(failed).not.toContain("value-7c31");
  });
});
