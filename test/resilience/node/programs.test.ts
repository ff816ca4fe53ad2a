import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ProcessGroup, listens, startGroup } from "../support/process-group.ts";
import { freePort } from "../../../harness/free-port.ts";

const patience = { timeout: 20_000, interval: 50 };

async function takePorts() {
  return { github: await freePort(), node: await freePort(), worker: await freePort(), cockpit: await freePort() };
}

type Ports = Awaited<ReturnType<typeof takePorts>>;

/** `npm run demo`, or the script alone, on ports of its own. */
function startDemo(
  ports: Ports,
  command = process.execPath,
  args = ["scripts/demo.mjs"],
  env: Record<string, string> = {},
): ProcessGroup {
  const demo = startGroup(command, args, {
    GITHUB_PORT: String(ports.github),
    PORT: String(ports.node),
    WORKER_PORT: String(ports.worker),
    COCKPIT_PORT: String(ports.cockpit),
    ...env,
  });
  onTestFinished(demo.stop);
  return demo;
}

async function expectNothingLeft(group: ProcessGroup, ports: number[]): Promise<void> {
  await expect.poll(group.left, patience).toEqual([]);
  // The kernel closes the sockets of a killed process a moment after it counts as ended.
  for (const port of ports)
    await expect.poll(() => listens(port), { ...patience, message: `port ${port}` }).toBe(false);
}

// Processes are looked for in /proc.
describe.runIf(process.platform === "linux")("npm run demo", () => {
  test.each<[NodeJS.Signals, "itself" | "group"]>([
    ["SIGINT", "itself"],
    ["SIGINT", "group"],
    ["SIGTERM", "itself"],
    ["SIGTERM", "group"],
    ["SIGHUP", "itself"],
    ["SIGHUP", "group"],
    ["SIGKILL", "itself"],
  ])("ended by %s to %s leaves no process and no port behind", async (signal, to) => {
    const ports = await takePorts();
    const demo = startDemo(ports);
    await expect.poll(demo.printed, patience).toContain("Ctrl+C ends it");
    expect(demo.left().length, "itself, the stand-in, two servers, workerd and the cockpit").toBeGreaterThanOrEqual(6);
    demo.signal(signal, to);
    expect(await demo.exited).toBe(signal === "SIGKILL" ? null : 0);
    await expectNothingLeft(demo, Object.values(ports));
  });

  test.each<NodeJS.Signals>(["SIGTERM", "SIGKILL"])(
    "ended by %s while it starts leaves nothing either",
    async (signal) => {
      const ports = await takePorts();
      const demo = startDemo(ports);
      await expect.poll(() => listens(ports.github), patience).toBe(true);
      demo.signal(signal, "itself");
      await demo.exited;
      await expectNothingLeft(demo, Object.values(ports));
    },
  );

  test.each<NodeJS.Signals>(["SIGTERM", "SIGHUP", "SIGKILL"])(
    "ended by %s to npm leaves nothing either",
    async (signal) => {
      const ports = await takePorts();
      const demo = startDemo(ports, "npm", ["run", "demo"]);
      await expect.poll(demo.printed, patience).toContain("Ctrl+C ends it");
      demo.signal(signal, "itself");
      await demo.exited;
      await expectNothingLeft(demo, Object.values(ports));
    },
  );

  test.each(["github", "node", "worker", "cockpit"] as const)(
    "whose port for %s is taken says so, and leaves nothing",
    async (which) => {
      const ports = await takePorts();
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(ports[which], resolve));
      onTestFinished(() => void other.close());
      const demo = startDemo(ports);
      expect(await demo.exited).toBe(1);
      expect(demo.printed()).toContain(`is port ${ports[which]} in use?`);
      // Besides it there are log lines only: no stack trace, and no banner.
      const others = demo
        .printed()
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("{"));
      expect(others).toEqual([
        expect.stringMatching(/ cannot listen: is port \d+ in use\? [A-Z_]+ chooses another\.$/),
      ]);
      await expectNothingLeft(
        demo,
        Object.values(ports).filter((port) => port !== ports[which]),
      );
    },
  );
});

/** The Node server's log lines of a request; there are none before the first one. */
const request = /GET \/users\/octocat\/gists\?\S+ 200 MISS/;

describe.runIf(process.platform === "linux")("the log of npm run demo", () => {
  test.each([
    ["pretty", new RegExp(`^(node|worker) +\\d\\d:\\d\\d:\\d\\d ${request.source}`, "gm")],
    ["json", /^\{"time":"[^"]+","level":"info","msg":"request",.*"route":"\/\{username\}"/gm],
  ])("has the requests of both runtimes: %s", async (format, line) => {
    const ports = await takePorts();
    const demo = startDemo(ports, process.execPath, ["scripts/demo.mjs"], { LOG_FORMAT: format });
    await expect.poll(demo.printed, patience).toContain("Ctrl+C ends it");
    for (const port of [ports.node, ports.worker]) await fetch(`http://127.0.0.1:${port}/octocat`);
    await expect.poll(() => demo.printed().match(line)?.length, patience).toBe(2);
  });
});

describe.runIf(process.platform === "linux")("npm start", () => {
  /** Its output and exit code once it was ended, after it printed something and one request. */
  async function runStart(env: Record<string, string>, printed: RegExp) {
    const port = await freePort();
    const start = startGroup(process.execPath, ["scripts/start.mjs"], { PORT: String(port), GITHUB_TOKEN: "", ...env });
    onTestFinished(start.stop);
    await expect.poll(start.printed, patience).toMatch(printed);
    await fetch(`http://127.0.0.1:${port}/`);
    await expect.poll(start.printed, patience).toMatch(/GET|"request"/);
    start.signal("SIGTERM", "itself");
    return { port, code: await start.exited, lines: start.printed().trim().split("\n") };
  }

  test("for people: the URL, a warning without a token, and text for each request", async () => {
    const { port, code, lines } = await runStart({ LOG_FORMAT: "pretty" }, /Ctrl\+C/);
    expect(code).toBe(0);
    expect(lines[0]).toContain(`http://localhost:${port}`);
    expect(lines[1]).toContain("60 requests an hour");
    expect(lines.some((line) => /^\d\d:\d\d:\d\d GET \/ 200 /.test(line))).toBe(true);
    expect(lines.filter((line) => line.startsWith("{"))).toEqual([]);
  });

  test("for people: mentions a token only if it is missing, and shows the levels of LOG_LEVEL", async () => {
    const port = await freePort();
    const env = {
      PORT: String(port),
      GITHUB_TOKEN: "ghp_test",
      LOG_LEVEL: "error",
      LOG_FORMAT: "pretty",
      CACHE_TTL: "1",
    };
    const start = startGroup(process.execPath, ["scripts/start.mjs"], env);
    onTestFinished(start.stop);
    await expect.poll(start.printed, patience).toContain("Ctrl+C");
    // Later than the warning about CACHE_TTL would be.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(start.printed().trim().split("\n")).toEqual([
      `Edge Gists serves on http://localhost:${port}. Ctrl+C ends it.`,
      `Its metrics as live charts: http://localhost:${port}/status`,
    ]);
    expect((await fetch(`http://127.0.0.1:${port}/status`)).status).toBe(200);
  });

  test("elsewhere than on a terminal: JSON lines, and nothing else", async () => {
    const { code, lines } = await runStart({}, /"listening"/);
    expect(code).toBe(0);
    const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(expect.arrayContaining(["listening", "request", "stopped"]));
  });

  test("for people: one line if the port is taken", async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, resolve));
    onTestFinished(() => void other.close());
    const env = { PORT: String(port), LOG_FORMAT: "pretty" };
    const start = startGroup(process.execPath, ["scripts/start.mjs"], env);
    onTestFinished(start.stop);
    expect(await start.exited).toBe(1);
    expect(start.printed()).toBe(`Edge Gists cannot listen: is port ${port} in use? PORT chooses another.\n`);
  });

  test.each<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])(
    "ended by %s leaves no process and no port behind",
    async (signal) => {
      const port = await freePort();
      const start = startGroup(process.execPath, ["scripts/start.mjs"], { PORT: String(port) });
      onTestFinished(start.stop);
      await expect.poll(() => listens(port), patience).toBe(true);
      start.signal(signal, "itself");
      await start.exited;
      await expectNothingLeft(start, [port]);
    },
  );
});
