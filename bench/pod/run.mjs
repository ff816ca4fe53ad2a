import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, platform, release } from "node:os";
import { join } from "node:path";
import { buildIfNeeded, root } from "../../harness/built.mjs";
import { readOptions } from "../../scripts/options.mjs";
import { busyAt, busyProcessors } from "../machine.mjs";
import { fixed, loadCore, rounds, seconds, serverCore } from "../speed/conditions.mjs";
import { ohaVersion, openLoop } from "../speed/open-loop.mjs";
import { median } from "../speed/stats.mjs";
import { load } from "../telemetry/load.mjs";
import { canPin, start } from "../telemetry/servers.mjs";
import { processorSeconds, startPod } from "./containers.mjs";

const usage = `
npm run bench pod

Measures a pod as the mesh makes it, on one core: Envoy with TLS as Istio's proxy, Knative's queue
proxy, the service. Gives the processor time of a cache hit in each of them, and the latency at
rising rates: the knee from which the autoscaler's target keeps away. Writes bench/results/pod.json.
Needs wrk, oha (OHA), openssl, curl, Python with venv, and Go or a queue proxy in QUEUE.
`;
readOptions({ usage });
if (!ohaVersion()) throw new Error("needs oha (cargo install oha, or its path in OHA)");

const path = "/octocat?per_page=21&page=3";
const connections = 64;
// The first one is about the target of a laptop.
const shares = [0.04, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

buildIfNeeded();
const busyBefore = await busyProcessors();
if (busyBefore > busyAt) console.warn(`BUSY: ${busyBefore} processors before the start: repeat it on a quiet machine.`);
if (canPin) spawnSync("taskset", ["-a", "-cp", String(loadCore), String(process.pid)]);
const github = await start(loadCore, "stand-in/main.ts", {}, "/users/octocat/gists");
const pod = await startPod(serverCore, github.url);
const names = Object.keys(pod.containers);
try {
  const url = `${pod.urls.pod}${path}`;
  await load(loadCore, url, { connections, seconds: 3 });
  const capacities = [];
  for (let round = 0; round < rounds; round++)
    capacities.push((await load(loadCore, url, { connections, seconds })).perSecond);
  const capacity = Math.round(median(capacities));

  const tries = shares.map(() => []);
  // Up and down in turn, so that no rate always follows the same other one.
  for (let round = 0; round < rounds; round++) {
    const order = [...shares.keys()];
    for (const at of round % 2 ? order.toReversed() : order) {
      const before = names.map((name) => processorSeconds(pod.containers[name]));
      const asked = Math.round(capacity * shares[at]);
      const answered = await openLoop(loadCore, url, { perSecond: asked, connections, seconds, insecure: true });
      const requests = answered.rate * seconds;
      const cost = names.map(
        (name, index) => ((processorSeconds(pod.containers[name]) - before[index]) / requests) * 1e6,
      );
      tries[at].push({ asked, ...answered, cost });
    }
  }
  const of = (at, read) => median(tries[at].map(read));
  const points = shares.map((share, at) => ({
    share,
    perSecond: Math.round(of(at, ({ rate }) => rate)),
    p50: fixed(of(at, ({ p50 }) => p50)),
    p99: fixed(of(at, ({ p99 }) => p99)),
    // Of a processor's thousand, as Kubernetes counts them, by container.
    millicores: Object.fromEntries(
      names.map((name, index) => [name, Math.round(of(at, ({ cost, rate }) => (cost[index] * rate) / 1000))]),
    ),
  }));
  // The highest rate up to which p99 stays within three times that of a tenth of the capacity.
  const unloaded = points.find(({ share }) => share === 0.1).p99;
  const over = points.findIndex(({ share, p99 }) => share > 0.1 && p99 > 3 * unloaded);
  const knee = points.at(over - 1);
  console.table(points.map(({ millicores, ...point }) => ({ ...point, ...millicores })));
  console.table([{ capacity, knee: knee.perSecond }]);
  const report = {
    what: "a pod as the mesh makes it, on one core, with cache hits of 46 kB",
    method: `Envoy (TLS, one worker, no access log and no traces), Knative's queue proxy and the service on one core; wrk for the capacity, oha ${ohaVersion()} in an open loop, latency from the intended time, ${connections} connections, ${seconds} s, medians of ${rounds} rounds, up and down in turn; processor time by /proc`,
    machine: {
      processor: cpus()[0]?.model,
      cores: cpus().length,
      system: `${platform()} ${release()}`,
      busyProcessorsBefore: busyBefore,
      busy: busyBefore > busyAt,
    },
    measured: new Date().toISOString().slice(0, 10),
    results: { capacity, knee: knee.perSecond, points },
  };
  writeFileSync(join(root, "bench/results/pod.json"), `${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  pod.stop();
  github.stop();
}
