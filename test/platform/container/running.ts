/** A container of the image as a cluster would run it, and a steady load on it. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../harness/free-port.ts";
import type { Engine } from "./engine.ts";

/** As `docker inspect` says. */
interface State {
  Running: boolean;
  ExitCode: number;
  OOMKilled: boolean;
}

export interface Container {
  url: string;
  state: () => Promise<State>;
  logs: () => Promise<string>;
  /** As a person or a kubelet stops it: SIGTERM, and SIGKILL 25 s later. */
  stop: () => Promise<string>;
  remove: () => Promise<string>;
}

/**
 * Runs an image with nothing that it may write and no capability, on the machine's network.
 * @param options `github`: origin of the stand-in
 */
export async function runContainer(
  engine: Engine,
  { tag, github, user }: { tag: string; github: string; user?: string | undefined },
): Promise<Container> {
  const port = await freePort();
  const settings = {
    PORT: port,
    HOST: "127.0.0.1",
    GITHUB_API_URL: github,
    GITHUB_RAW_URL: github,
    GITHUB_TOKEN: "good-container",
  };
  const id = await engine.docker(
    "run",
    "--detach",
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--network=host",
    ...(user ? [`--user=${user}`] : []),
    ...Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`),
    tag,
  );
  const state = async () => JSON.parse(await engine.docker("inspect", "--format", "{{json .State}}", id)) as State;
  const container = {
    url: `http://127.0.0.1:${port}`,
    state,
    logs: () => engine.docker("logs", id),
    stop: () => engine.docker("stop", "--time=25", id),
    remove: () => engine.docker("rm", "--force", id),
  };
  try {
    await untilAnswers(container);
  } catch (error) {
    const said = await container.logs().catch(() => "");
    await container.remove();
    throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
  }
  return container;
}

/** @throws Error without a response within 20 s, or if the container ended */
async function untilAnswers({ url, state }: Pick<Container, "url" | "state">): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok) return;
    const { Running, ExitCode } = await state();
    if (!Running) throw new Error(`the container ended with code ${ExitCode}`);
  }
  throw new Error("the container does not respond");
}

/** Pause between two requests of one client that are new to the cache: GitHub's secondary limit is 900 a minute. */
const missEveryMs = 200;

/**
 * Sends requests without a pause over kept-alive connections until the service accepts no more. A request fails if it was sent
 * on an open connection and does not get 200. One that finds no listener was never accepted, and ends its client.
 * @param url of a list; now and then another page of it is asked for, so that some wait for GitHub
 * @param clients at once
 */
export function startLoad(url: string, clients: number) {
  const results = { answered: 0, failures: [] as (number | string)[], running: clients };

  async function client(number: number) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let nextMiss = 0;
    for (let page = number; ;) {
      const isMiss = performance.now() >= nextMiss;
      if (isMiss) {
        nextMiss = performance.now() + missEveryMs;
        page += clients;
      }
      const outcome = await ask(`${url}?per_page=1${isMiss ? `&page=${page}` : ""}`, agent);
      if (outcome === "refused") break;
      if (outcome === 200) results.answered += 1;
      else results.failures.push(outcome);
      if (outcome !== 200) break;
    }
    agent.destroy();
    results.running -= 1;
  }

  const over = Promise.all(Array.from({ length: clients }, (_, number) => client(number + 1)));
  return { results, over };
}

/** Status of a whole response, `refused`, or what went wrong. */
function ask(url: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
      answer.on("error", (error) => resolve(`cut: ${error.message}`));
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "ECONNREFUSED" ? "refused" : `${error.code} ${request.reusedSocket ? "reused" : "new"}`);
    });
  });
}
