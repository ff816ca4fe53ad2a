/** A container of the image as a cluster would run it, and a steady load on it. */
import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../harness/free-port.ts";

/**
 * Runs an image with nothing that it may write and no capability, on the machine's network.
 * @param {import("./engine.mjs").Engine} engine
 * @param {{ tag: string, github: string, user?: string }} options `github`: origin of the stand-in
 */
export async function runContainer(engine, { tag, github, user }) {
  const port = await freePort();
  const settings = { PORT: port, HOST: "127.0.0.1", GITHUB_API_URL: github, GITHUB_TOKEN: "good-container" };
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
  const state = async () => JSON.parse(await engine.docker("inspect", "--format", "{{json .State}}", id));
  const container = {
    url: `http://127.0.0.1:${port}`,
    state,
    logs: () => engine.docker("logs", id),
    /** As a person or a kubelet stops it: SIGTERM, and SIGKILL 25 s later. */
    stop: () => engine.docker("stop", "--time=25", id),
    remove: () => engine.docker("rm", "--force", id),
  };
  try {
    await untilAnswers(container);
  } catch (error) {
    const said = await container.logs().catch(() => "");
    await container.remove();
    throw new Error(`${error.message}\n${said}`, { cause: error });
  }
  return container;
}

/** @throws {Error} where nothing answers within 20 s or the container ended */
async function untilAnswers({ url, state }) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok) return;
    const { Running, ExitCode } = await state();
    if (!Running) throw new Error(`the container ended with code ${ExitCode}`);
  }
  throw new Error("the container does not answer");
}

/** Pause between two requests of one client that are new to the cache: GitHub's secondary limit is 900 a minute. */
const missEveryMs = 200;

/**
 * Asks without a pause over kept-alive connections until the service takes no more. A request fails where it was sent
 * on an open connection and is not answered with 200; one that finds no listener was never taken, and ends its client.
 * @param {string} url of a list; now and then another page of it is asked for, so that some wait for GitHub
 * @param {number} clients at once, 16 at most
 */
export function startLoad(url, clients) {
  const results = { answered: 0, failures: [], running: clients };

  async function client(number) {
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

/** @returns {Promise<number | string>} status of a whole answer, `refused`, or what went wrong */
function ask(url, agent) {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
      answer.on("error", (error) => resolve(`cut: ${error.message}`));
    });
    request.on("error", (error) => {
      resolve(error.code === "ECONNREFUSED" ? "refused" : `${error.code} ${request.reusedSocket ? "reused" : "new"}`);
    });
  });
}
