import { readFileSync, writeFileSync } from "node:fs";
import { heading, toLine, toSvg } from "./draw.mjs";
import { createTally, load } from "./load.mjs";
import { readOptions } from "./options.mjs";

/** Says what to do without a cluster. */
const withoutPods = (reason) => `kubectl cannot list the pods: ${reason.trim()}
To continue:
  npm run demo:autoscale -- --simulate                    without a cluster: pods by Knative's rules
  npm run demo:autoscale -- --without-pods --url=URL      real requests to a running service, without pods
  docs/platform.md                                        creates the cluster`;

/** Draws a simulation, faster than it would pass. */
async function play({ load, settings, world, speed }) {
  const { simulate } = await import("./model/simulate.ts");
  const { samples } = simulate(settings, load, world);
  const most = Math.max(...samples.map(({ requests }) => requests));
  const perSecond = speed === undefined ? (process.stdout.isTTY ? 20 : 0) : speed;
  console.log(heading);
  for (const sample of samples) {
    console.log(toLine(sample, most));
    if (perSecond > 0) await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
  }
  return samples;
}

/** Resolves the URL's name to the address of the gateway, if that is given. */
async function resolveName({ url, address }) {
  if (!address) return;
  Object.assign(process.env, { HOSTS_SUFFIX: url.hostname, HOSTS_ADDRESS: address });
  await import("../../e2e/hosts.mjs");
}

async function startFromZero(options) {
  const { measureColdStarts } = await import("./cold-starts.mjs");
  const measured = await measureColdStarts(options).catch((error) => {
    throw new Error("stderr" in error ? withoutPods(error.stderr || error.message) : error.message);
  });
  const { out } = options;
  writeFileSync(`${out}-cold-starts.json`, `${JSON.stringify({ url: options.url, ...measured })}\n`);
  console.log(`${out}-cold-starts.json`);
}

async function demonstrate(options) {
  const { countPods, watchPods } = await import("./pods.mjs");
  const { url, steps, hasPods } = options;
  if (hasPods) {
    await countPods(options).catch((error) => {
      throw new Error(withoutPods(error.stderr || error.message));
    });
  }
  const ca = options.ca && readFileSync(options.ca);
  const tally = createTally();
  const watched = hasPods ? watchPods(options) : undefined;
  const samples = [];
  let connections = 0;
  let during = 0;
  console.log(`${url}\n${heading}`);
  const started = Date.now();
  const timer = setInterval(() => {
    const second = Math.round((Date.now() - started) / 1000) - 1;
    samples.push({ second, connections: during, ...tally.take(), pods: watched?.latest() });
    during = connections;
    console.log(toLine(samples.at(-1), Math.max(...samples.map(({ requests }) => requests))));
  }, 1000);
  for (const step of steps) {
    connections = step.connections;
    if (samples.length === 0) during = connections;
    await load(step, { url, ca, tally });
  }
  clearInterval(timer);
  // The part of a second after the last sample is no second of its own, but its failures count.
  const last = samples.at(-1);
  if (last) last.failed += tally.take().failed;
  await watched?.stop();
  return samples;
}

function summary(samples) {
  const sum = (key) => samples.reduce((total, sample) => total + sample[key], 0);
  const most = (of) => Math.max(0, ...samples.map(of));
  return {
    requests: sum("requests"),
    failed: sum("failed"),
    mostPods: most(({ pods }) => pods?.ready ?? 0),
    mostRequestsASecond: most(({ requests }) => requests),
  };
}

/** Title of the picture. */
function toTitle({ simulate, settings, url }) {
  if (!simulate) return `${url.host}: load, latency and pods`;
  const { class: name, metric, total, minScale, maxScale } = settings;
  return `Simulated: ${name} by ${metric}, target ${total}, ${minScale} to ${maxScale || "any number of"} pods`;
}

async function show(options) {
  const samples = await (options.simulate ? play : demonstrate)(options);
  const { requests, failed, mostPods, mostRequestsASecond } = summary(samples);
  const { out } = options;
  const about = options.simulate ? { settings: options.settings, world: options.world } : { url: options.url };
  writeFileSync(`${out}.json`, `${JSON.stringify({ ...about, steps: options.load, samples })}\n`);
  writeFileSync(`${out}.svg`, toSvg(samples, toTitle(options)));
  const pods = options.hasPods ? `, at most ${mostPods} pod${mostPods === 1 ? "" : "s"}` : "";
  console.log(`\n${requests} answered, at most ${mostRequestsASecond} a second, ${failed} failed${pods}`);
  console.log(`${out}.svg`);
  process.exitCode = options.simulate || (requests > 0 && failed === 0) ? 0 : 1;
}

try {
  const options = await readOptions(process.argv.slice(2));
  if (!options.simulate) await resolveName(options);
  await (options.coldStarts > 0 ? startFromZero : show)(options);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
