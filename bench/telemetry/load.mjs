import { spawn, spawnSync } from "node:child_process";
import { pinned } from "./servers.mjs";

/** wrk's version, or undefined if it is missing. */
export function wrkVersion() {
  const { stdout, error } = spawnSync("wrk", ["-v"], { encoding: "utf8" });
  return error ? undefined : (/^wrk (?:debian\/)?(\S+)/.exec(stdout)?.[1] ?? "unknown");
}

/** As many requests as one connection after the other allows, over some connections, for so many seconds. */
export function load(core, url, { connections, seconds, more = [] }) {
  const [program, args] = pinned(core, "wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", ...more, url]);
  return new Promise((resolve, reject) => {
    let text = "";
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.on("data", (chunk) => (text += chunk));
    child.once("close", () => {
      if (/Non-2xx|Socket errors/.test(text)) return reject(new Error(text));
      const requests = Number(/(\d+) requests in/.exec(text)?.[1]);
      const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
      if (!(requests > 0)) return reject(new Error(`wrk said: ${text}`));
      return resolve({ requests, perSecond });
    });
  });
}

/** A server's processor time so far, in seconds, and its responses, by its own metrics. */
export async function usage(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const cpu = Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
  return { cpu };
}
