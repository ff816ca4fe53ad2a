import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ProcessGroup, listens, startGroup } from "../support/process-group.ts";
import { freePort } from "../../../harness/free-port.ts";

const patience = { timeout: 20_000, interval: 50 };

async function takePorts() {
  return { github: await freePort(), node: await freePort(), worker: await freePort() };
}

type Ports = Awaited<ReturnType<typeof takePorts>>;

/** `npm run demo`, or the script alone, on ports of its own. */
function startDemo(ports: Ports, command = process.execPath, args = ["scripts/demo.mjs"]): ProcessGroup {
  const demo = startGroup(command, args, {
    GITHUB_PORT: String(ports.github),
    PORT: String(ports.node),
    WORKER_PORT: String(ports.worker),
  });
  onTestFinished(demo.stop);
  return demo;
}

async function expectNothingLeft(group: ProcessGroup, ports: number[]): Promise<void> {
  await expect.poll(group.left, patience).toEqual([]);
  for (const port of ports) expect(await listens(port), `port ${port}`).toBe(false);
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
    expect(demo.left().length, "itself, two servers, the Worker's program and workerd").toBeGreaterThanOrEqual(5);
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

  test.each(["github", "node", "worker"] as const)(
    "whose port for %s is taken says so, and leaves nothing",
    async (which) => {
      const ports = await takePorts();
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(ports[which], resolve));
      onTestFinished(() => void other.close());
      const demo = startDemo(ports);
      expect(await demo.exited).toBe(1);
      expect(demo.printed()).toContain(`is port ${ports[which]} in use?`);
      await expectNothingLeft(
        demo,
        Object.values(ports).filter((port) => port !== ports[which]),
      );
    },
  );
});

describe.runIf(process.platform === "linux")("npm start", () => {
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
