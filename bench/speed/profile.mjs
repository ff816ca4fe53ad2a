import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { containerStart, root } from "../../harness/built.mjs";
import { freePort } from "../../harness/free-port.ts";
import { load } from "../telemetry/load.mjs";
import { pinned } from "../telemetry/servers.mjs";
import { connections, loadCore, seconds, serverCore } from "./conditions.mjs";
import { setTimeout as sleep } from "node:timers/promises";

/** The self time of a V8 profile: lines of share and place, largest first, and idle time apart. */
function toText(profile, count) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const self = new Map();
  let idle = 0;
  profile.samples.forEach((id, at) => {
    const { functionName, url, lineNumber, columnNumber } = nodes.get(id);
    const took = profile.timeDeltas[at];
    if (functionName === "(idle)") idle += took;
    else {
      const place =
        `${functionName || "(anonymous)"} ${url ? `${basename(url)}:${lineNumber + 1}:${columnNumber + 1}` : ""}`.trim();
      self.set(place, (self.get(place) ?? 0) + took);
    }
  });
  const total = [...self.values()].reduce((sum, took) => sum + took, 0);
  const lines = [...self]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([place, took]) => `${((100 * took) / total).toFixed(1).padStart(5)} %  ${place}`);
  return `${(total / 1000).toFixed(0)} ms busy, ${(idle / 1000).toFixed(0)} ms idle\n${lines.join("\n")}`;
}

/** Runs the container's command with V8's profiler, under load if requested, and prints its self times. */
async function profile(env, path, isLoaded) {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-profile-"));
  try {
    const port = await freePort();
    const profiling = ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${isLoaded ? 500 : 100}`];
    const { args, env: tunables } = containerStart();
    const [program, rest] = pinned(serverCore, process.execPath, [...profiling, ...args]);
    const child = spawn(program, rest, {
      cwd: root,
      env: { PATH: process.env.PATH, PORT: String(port), HOST: "127.0.0.1", ...tunables, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.resume();
    const url = `http://127.0.0.1:${port}${path}`;
    for (let tries = 0; tries < 200; tries++) {
      const answer = await fetch(url).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok) break;
      await sleep(50);
    }
    if (isLoaded) await load(loadCore, url, { connections, seconds });
    child.kill("SIGTERM");
    await once(child, "close");
    const file = readdirSync(folder).find((name) => name.endsWith(".cpuprofile"));
    return toText(JSON.parse(readFileSync(join(folder, file), "utf8")), 25);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes profiles as text. Names are those of the minified bundle; dist/node/app.js.map maps them to the source. */
export async function writeProfile(github, sink) {
  const env = { GITHUB_API_URL: github.url, CACHE_TTL_SECONDS: "86400" };
  const traced = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
  const texts = [
    ["hits, traces unsampled", { ...traced, LOG_HIT_RATIO: "0", OTEL_TRACES_SAMPLER: "always_off" }, true],
    ["hits, logged", { ...traced, OTEL_TRACES_SAMPLER: "always_off" }, true],
    ["hits, every request traced and exported", { ...traced, LOG_HIT_RATIO: "0" }, true],
    ["from the start to the first uncached gists", env, false],
  ];
  let text = "Where the time goes: self time by V8's profiler, minified names (npm run bench speed profile)\n";
  for (const [name, settings, isLoaded] of texts) {
    text += `\n## ${name}\n${await profile(settings, "/octocat?per_page=1", isLoaded)}\n`;
  }
  writeFileSync(join(root, "bench/results/profile.txt"), text);
}
