import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../harness/free-port.ts";
import { kubectl } from "./command.ts";
import type { Settings } from "./settings.ts";

export interface Forwarded {
  url: string;
  stop: () => void;
}

/** A port of a pod on this machine. kubectl gives up when a pod goes: it is started again, on the same port. */
export async function forward(settings: Settings, namespace: string, target: string, port: number): Promise<Forwarded> {
  const local = await freePort();
  const { command } = kubectl(settings, "port-forward", `--namespace=${namespace}`, target, `${local}:${port}`);
  const [program, ...args] = command;
  let child: ChildProcess | undefined;
  const end = new AbortController();
  const keep = async () => {
    while (!end.signal.aborted) {
      const running = spawn(program, args, { stdio: "ignore" });
      child = running;
      await new Promise<void>((resolve) => {
        running.once("error", () => resolve()).once("exit", () => resolve());
      });
      if (!end.signal.aborted) await sleep(300);
    }
  };
  void keep();
  return {
    url: `http://127.0.0.1:${local}`,
    stop: () => {
      end.abort();
      child?.kill("SIGTERM");
    },
  };
}
